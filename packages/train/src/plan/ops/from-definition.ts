/** @file Planning of ops that have no kernel: their definitions run as scripts. */
import { elementCount } from '@sepconv/tensor';
import { trainingOpOf } from '../../ops/registry.js';
import type { OpShapes, TrainingOp, TrainingOpName } from '../../ops/training-op.js';
import { type NodeContext, type NodePlanner, outputBuffer } from '../planned-node.js';
import type { Buffer } from '../step-list.js';

const shapesOf = <Name extends TrainingOpName>({
  node,
  shapes,
  outputShape,
}: NodeContext<Name>): OpShapes<Name> => ({
  // The attributes of NodeOf<Name> are AttributesOf[Name], which the compiler cannot see for a generic name.
  attributes: node.attributes as never,
  shapes,
  outputShape,
});

/** The way back of an op by its definition. */
export function backwardFromDefinition<Name extends TrainingOpName>(
  context: NodeContext<Name>,
  output: Buffer,
  gradient: Buffer,
): void {
  const { list, node, inputs, shapes } = context;
  const op = trainingOpOf(node) as TrainingOp<Name>;
  const call = shapesOf(context);
  const wanted = inputs.map((_, index) => index).filter((index) => context.wants(index));
  const targets = wanted.map((index) =>
    list.buffer(`${node.name}/gradient-${index}`, elementCount(shapes[index]!)),
  );
  list.script(node.name, [...inputs, output, gradient, ...targets], (...views) => {
    const values = views.slice(0, inputs.length);
    const [outputView, gradientView, ...targetViews] = views.slice(inputs.length) as [
      Float32Array,
      Float32Array,
      ...Float32Array[],
    ];
    for (const view of targetViews) view.fill(0);
    const inputGradients = values.map((_, index) => targetViews[wanted.indexOf(index)]);
    op.backward({
      ...call,
      inputs: values,
      output: outputView,
      outputGradient: gradientView,
      inputGradients,
    });
  });
  wanted.forEach((index, position) => {
    context.give(index, targets[position]!);
  });
}

/** An op that runs by its definition in both directions. */
export function fromDefinition<Name extends TrainingOpName>(): NodePlanner<Name> {
  return (context) => {
    const { list, node, inputs } = context;
    const op = trainingOpOf(node) as TrainingOp<Name>;
    const call = shapesOf(context);
    const output = outputBuffer(context);
    list.script(node.name, [...inputs, output], (...views) => {
      op.forward({ ...call, inputs: views.slice(0, -1), output: views.at(-1)! });
    });
    return { output, backward: (gradient) => backwardFromDefinition(context, output, gradient) };
  };
}
