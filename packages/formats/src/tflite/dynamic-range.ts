/**
 * @file Files of which only the weights are int8, the activations real numbers. LiteRT computes their products with integers: it rounds the
 * activations to int8 by the range that they have in this run, the rows of a dense layer and the pixels of a 1×1 convolution each by
 * their own, for other convolutions each image by its own. The integers' products with both scales are what real numbers give that are rounded
 * in the same way, but for rounding in float32. `bench/src/networks/litert-dynamic-range.test.ts` compares all forms with LiteRT.js.
 */
import { dynamicallyRounded } from '../composites/dynamic-range.js';
import { composerOf } from './composer.js';
import type { OperatorContext } from './context.js';

/** Whether the weight at input 1 is stored as int8 around 0, and meets real numbers. */
function isDynamic({ state, operator }: OperatorContext): boolean {
  const [input, weight] = operator.inputs.map((index) => state.model.tensors[index]);
  const isReal = state.arithmetic === 'runtime' && input?.type === 'float32';
  const zeros = weight?.type === 'int8' ? (weight.quantization?.zeroPoint ?? [1]) : [1];
  return isReal && zeros.every((zero) => zero === 0);
}

/** The value at input 0 as the product takes it: where the file's runtime does so, rounded, along all dimensions from `first` on. */
export function productInput(context: OperatorContext, value: string, first: number): string {
  if (!isDynamic(context)) return value;
  const c = composerOf(context);
  const axes = c.shape(value).flatMap((_, axis) => (axis >= first ? [axis] : []));
  return dynamicallyRounded(c, value, axes);
}
