/**
 * @file TensorFlow's SpaceToBatchND and BatchToSpaceND: pixels `b` apart become images of their own, and go back. Around a
 * convolution they dilate it, which `../recognize-dilated.ts` finds. Source: https://github.com/tensorflow/tensorflow,
 * core/ops/array_ops.cc.
 */
import { elementCount, formatShape, type Shape } from '@sepconv/tensor';
import { refuse } from '../errors.js';
import { type Composer, type Step, step } from './composer.js';
import { parts } from './movements.js';

/** The batch, the dimensions that are cut into blocks, and the rest. */
function dimensions(shape: Shape, block: readonly number[]) {
  const spatial = shape.slice(1, 1 + block.length);
  if (spatial.length !== block.length || block.length === 0 || !block.every((size) => size >= 1))
    refuse(`cuts blocks of ${block.join('×')} out of ${formatShape(shape)}`);
  return { batch: shape[0] as number, spatial, rest: shape.slice(1 + block.length) };
}

/** Two amounts for each block dimension: before and after. */
function amountsOf(amounts: readonly number[], block: readonly number[]): readonly [number, number][] {
  if (amounts.length !== 2 * block.length || amounts.some((amount) => amount < 0))
    refuse(`needs 2 amounts of at least 0 for each dimension of a block, not ${amounts.join(', ')}`);
  return block.map((_, i) => [amounts[2 * i] as number, amounts[2 * i + 1] as number]);
}

/** SpaceToBatchND: pads, and takes pixels that lie a block apart as one image. */
export function spaceToBatch(
  c: Composer,
  value: string,
  block: readonly number[],
  paddings: readonly number[],
): Step {
  const from = c.shape(value);
  const { batch, rest } = dimensions(from, block);
  const amounts = amountsOf(paddings, block);
  const isPadded = paddings.some((amount) => amount > 0);
  const around = (side: 0 | 1): number[] => [0, ...amounts.map((pair) => pair[side]), ...rest.map(() => 0)];
  const padded = isPadded
    ? c.add(step('pad', [value], { before: around(0), after: around(1), value: 0 }))
    : value;
  const { spatial } = dimensions(c.shape(padded), block);
  const cells = spatial.map((extent, i) => extent / (block[i] as number));
  if (!cells.every(Number.isInteger))
    refuse(`cuts ${formatShape(from)} into blocks of ${block.join('×')}, which do not come out even`);
  const split = [batch, ...cells.flatMap((cell, i) => [cell, block[i] as number]), ...rest];
  const blockAxes = block.map((_, i) => 2 + 2 * i);
  const permutation = [
    ...blockAxes,
    0,
    ...block.map((_, i) => 1 + 2 * i),
    ...rest.map((_, i) => 1 + 2 * block.length + i),
  ];
  const moved = c.add(step('transpose', [c.reshaped(padded, split)], { permutation }));
  return step('reshape', [moved], { shape: [batch * elementCount(block), ...cells, ...rest] });
}

/** BatchToSpaceND: the other way, and crops. */
export function batchToSpace(
  c: Composer,
  value: string,
  block: readonly number[],
  crops: readonly number[],
): Step {
  const from = c.shape(value);
  const { batch, spatial, rest } = dimensions(from, block);
  const amounts = amountsOf(crops, block);
  const images = batch / elementCount(block);
  if (!Number.isInteger(images))
    refuse(`makes blocks of ${block.join('×')} of ${batch} images, which must be a multiple`);
  const count = block.length;
  const permutation = [
    count,
    ...block.flatMap((_, i) => [count + 1 + i, i]),
    ...rest.map((_, i) => 2 * count + 1 + i),
  ];
  const split = c.reshaped(value, [...block, images, ...spatial, ...rest]);
  const moved = c.add(step('transpose', [split], { permutation }));
  const whole = [images, ...spatial.map((extent, i) => extent * (block[i] as number)), ...rest];
  const joined = step('reshape', [moved], { shape: whole });
  if (crops.every((amount) => amount === 0)) return joined;
  return parts(
    c.add(joined),
    whole.map((extent, axis) => {
      const [before, after] = amounts[axis - 1] ?? [0, 0];
      return { start: before, step: 1, count: extent - before - after };
    }),
  );
}
