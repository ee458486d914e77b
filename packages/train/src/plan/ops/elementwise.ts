/** @file Planning of activations that stand alone, of additions, and of what only changes a shape. */
import type { ActivationOfKind } from '@sepconv/graph';
import { binaryUnits, flatUnit, planBinary, planUnary } from '@sepconv/kernels/toolkit';
import { sameShape } from '@sepconv/tensor';
import type { Shape4, TrainingOpName } from '../../ops/training-op.js';
import { planMask } from '../mask.js';
import { type NodeContext, type NodePlanner, outputBuffer, type PlannedNode } from '../planned-node.js';
import { planSlope, type SmoothActivation } from '../slope.js';
import type { Buffer } from '../step-list.js';
import { backwardFromDefinition, fromDefinition } from './from-definition.js';

/** Plans an activation alone that has kernels for both ways: back by a mask or by its slope. */
export function planActivation(
  context: NodeContext<TrainingOpName>,
  activation: ActivationOfKind<'clamp'> | SmoothActivation,
): PlannedNode {
  const { list, node, engine, inputs } = context;
  const input = inputs[0]!;
  const output = outputBuffer(context);
  const units = Math.ceil(output.floats / flatUnit);
  list.kernel(node.name, planUnary(engine, output.floats, activation), units, input, output);
  return {
    output,
    backward: (gradient) => {
      const toInput = list.buffer(`${node.name}/input-gradient`, input.floats);
      if (activation.kind === 'clamp') {
        const mask = planMask(engine, output.floats, activation);
        list.kernel(node.name, mask, units, gradient, output, toInput);
      } else {
        const slope = planSlope(engine, output.floats, activation);
        list.kernel(node.name, slope, units, gradient, input, toInput);
      }
      context.give(0, toInput);
    },
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

/** Whether a factor has one number for each image and channel: `[N, 1, 1, C]` for `[N, H, W, C]`. */
const isGate = (shape: readonly number[], output: readonly number[]): boolean =>
  shape.length === 4 && output.length === 4 && sameShape(shape, [output[0]!, 1, 1, output[3]!]);

/** Σ over the pixels of each image, channel by channel. */
function giveGateGradient(context: NodeContext<'mul'>, own: 0 | 1, gradient: Buffer): void {
  const { list, node, inputs, outputShape } = context;
  const [batch, height, width, channels] = outputShape as Shape4;
  const toGate = list.buffer(`${node.name}/gate-gradient`, batch * channels);
  const sums = new Float64Array(channels);
  list.script(node.name, [gradient, inputs[1 - own]!, toGate], (g, x, target) => {
    let from = 0;
    for (let n = 0; n < batch; n++) {
      sums.fill(0);
      for (let pixel = 0; pixel < height * width; pixel++) {
        for (let c = 0; c < channels; c++, from++) sums[c] = sums[c]! + g![from]! * x![from]!;
      }
      target!.set(sums, n * channels);
    }
  });
  context.give(own, toGate);
}

const mulByDefinition = fromDefinition<'mul'>();

/**
 * A product. A factor of the output's shape gets the gradient times the other factor by a kernel; one that was stretched, as
 * the gates of squeeze-and-excite are, gets its sums by the definition.
 */
export const planMul: NodePlanner<'mul'> = (context) => {
  const { list, node, engine, inputs, shapes, outputShape } = context;
  const [a, b] = shapes as [readonly number[], readonly number[]];
  if (!sameShape(a, outputShape) && !sameShape(b, outputShape)) return mulByDefinition(context);
  const output = outputBuffer(context);
  const kernel = planBinary(engine, 'mul', { a, b, output: outputShape }, []);
  list.kernel(node.name, kernel, binaryUnits(kernel), inputs[0]!, inputs[1]!, output);
  const isWhole = (index: number): boolean => sameShape(shapes[index]!, outputShape);
  return {
    output,
    backward: (gradient) => {
      for (const [own, other] of [
        [0, 1],
        [1, 0],
      ] as const) {
        if (!context.wants(own) || !isWhole(own)) continue;
        const toInput = list.buffer(`${node.name}/input-gradient`, inputs[own]!.floats);
        const back = planBinary(
          engine,
          'mul',
          { a: outputShape, b: shapes[other]!, output: outputShape },
          [],
        );
        list.kernel(node.name, back, binaryUnits(back), gradient, inputs[other]!, toInput);
        context.give(own, toInput);
      }
      for (const own of [0, 1] as const) {
        if (!context.wants(own) || isWhole(own)) continue;
        if (isGate(shapes[own]!, outputShape)) giveGateGradient(context, own, gradient);
        else backwardFromDefinition({ ...context, wants: (input) => input === own }, output, gradient);
      }
    },
  };
};

/** The same numbers under another shape: nothing runs. */
export const planView: NodePlanner<'flatten' | 'reshape'> = (context) => ({
  output: context.inputs[0]!,
  backward: (gradient) => context.give(0, gradient),
});
