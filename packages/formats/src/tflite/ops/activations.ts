import { createTensor } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { intersect } from '../../range.js';
import { type OperatorContext, type OperatorResult, valueName } from '../context.js';

/** RELU. */
export function readRelu(context: OperatorContext): OperatorResult {
  const range = intersect(context.range(0), { min: 0, max: Infinity });
  return context.node('relu', [context.value(0)], {}, { range });
}

/** RELU6. */
export function readRelu6(context: OperatorContext): OperatorResult {
  return context.node('relu6', [context.value(0)], {}, { range: { min: 0, max: 6 } });
}

/** RELU_N1_TO_1. */
export function readReluMinusOneToOne(context: OperatorContext): OperatorResult {
  const bounds = { min: -1, max: 1 };
  return context.node('clamp', [context.value(0)], bounds, { range: bounds });
}

/** RELU_0_TO_1. */
export function readReluZeroToOne(context: OperatorContext): OperatorResult {
  const bounds = { min: 0, max: 1 };
  return context.node('clamp', [context.value(0)], bounds, { range: bounds });
}

/** LOGISTIC, the sigmoid. */
export function readLogistic(context: OperatorContext): OperatorResult {
  return context.node('sigmoid', [context.value(0)], {}, { range: { min: 0, max: 1 } });
}

/** TANH. */
export function readTanh(context: OperatorContext): OperatorResult {
  return context.node('tanh', [context.value(0)], {}, { range: { min: -1, max: 1 } });
}

/** HARD_SWISH, `x · min(6, max(0, x + 3)) / 6`, which is smallest, −3/8, at −3/2. */
export function readHardSwish(context: OperatorContext): OperatorResult {
  return context.node(
    'hard-swish',
    [context.value(0)],
    {},
    { range: { min: -0.375, max: Math.max(0, context.range(0).max) } },
  );
}

/** What a softmax multiplies its input with. */
export function softmaxBeta(context: OperatorContext): number {
  const beta = context.operator.options === undefined ? 1 : context.options(9).float32(0, 'beta');
  return Number.isFinite(beta) ? beta : refuse(`beta must be a finite number, not ${beta}`);
}

/** SOFTMAX over the last dimension, of the input times beta. */
export function readSoftmax(context: OperatorContext): OperatorResult {
  const beta = softmaxBeta(context);
  const axis = context.shape(0).length - 1;
  let input = context.value(0);
  if (beta !== 1) {
    const factor = createTensor('float32', [1], Float32Array.of(beta));
    const name = context.parameter(`${valueName(context.output)}/beta`, factor, 'constant');
    input = context.helper('mul', [input, name], {});
  }
  return context.node('softmax', [input], { axis }, { range: { min: 0, max: 1 } });
}

/** ELU with alpha 1, which approaches −1 far below 0. */
export function readElu(context: OperatorContext): OperatorResult {
  const { max } = context.range(0);
  return context.node('elu', [context.value(0)], { alpha: 1 }, { range: { min: -1, max: Math.max(0, max) } });
}

/** GELU, exact or approximated by tanh. */
export function readGelu(context: OperatorContext): OperatorResult {
  const approximate = context.options(116).boolean(0, 'approximate') ? 'tanh' : 'none';
  return context.node('gelu', [context.value(0)], { approximate });
}

/** LEAKY_RELU. */
export function readLeakyRelu(context: OperatorContext): OperatorResult {
  const slope = context.options(75).float32(0, 'alpha');
  return context.node('leaky-relu', [context.value(0)], { slope });
}

/** PRELU, whose slopes are a second input, mostly a constant `[1, 1, C]`. */
export function readPrelu(context: OperatorContext): OperatorResult {
  return context.node('prelu', [context.value(0), context.value(1)], {});
}
