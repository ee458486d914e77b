/** @file Planning of activations that stand alone, of additions, and of what only changes a shape. */
import { activationOf, binaryUnits, flatUnit, planBinary, planUnary } from '@sepconv/kernels/toolkit';
import { sameShape } from '@sepconv/tensor';
import type { TrainingOpName } from '../../ops/training-op.js';
import { maskUnit, planMask } from '../mask.js';
import { type NodePlanner, outputBuffer } from '../planned-node.js';
import { backwardFromDefinition, fromDefinition } from './from-definition.js';

/** An activation: forward by the engine's kernel where it has one; back by a mask where it is flat outside of bounds. */
export function planActivation<Name extends TrainingOpName>(): NodePlanner<Name> {
  const byDefinition = fromDefinition<Name>();
  return (context) => {
    const { list, node, engine, inputs } = context;
    const [input] = inputs;
    const activation = activationOf(node as never);
    if (activation === undefined) return byDefinition(context);
    const output = outputBuffer(context as never);
    const units = Math.ceil(output.floats / flatUnit);
    list.kernel(node.name, planUnary(engine, output.floats, activation), units, input!, output);
    return {
      output,
      backward: (gradient) => {
        if (activation.kind !== 'clamp') {
          backwardFromDefinition(context, output, gradient);
          return;
        }
        const toInput = list.buffer(`${node.name}/input-gradient`, input!.floats);
        const mask = planMask(engine, output.floats, activation);
        list.kernel(node.name, mask, Math.ceil(output.floats / maskUnit), gradient, output, toInput);
        context.give(0, toInput);
      },
    };
  };
}

const addByDefinition = fromDefinition<'add'>();

/** An addition of equal shapes hands the gradient on to both inputs; with broadcasting it runs by its definition. */
export const planAdd: NodePlanner<'add'> = (context) => {
  const { list, node, engine, inputs, shapes, outputShape } = context;
  const [a, b] = shapes as [readonly number[], readonly number[]];
  if (!sameShape(a, b)) return addByDefinition(context);
  const output = outputBuffer(context);
  const kernel = planBinary(engine, 'add', { a, b, output: outputShape }, []);
  list.kernel(node.name, kernel, binaryUnits(kernel), inputs[0]!, inputs[1]!, output);
  return {
    output,
    backward: (gradient) => {
      if (context.wants(0)) context.give(0, gradient);
      if (context.wants(1)) context.give(1, gradient);
    },
  };
};

/** The same numbers under another shape: nothing runs. */
export const planView: NodePlanner<'flatten' | 'reshape'> = (context) => ({
  output: context.inputs[0]!,
  backward: (gradient) => context.give(0, gradient),
});
