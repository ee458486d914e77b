/** @file Folders between real numbers and integers. */
import { elementCount, quantizeNumber } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { type Constant, constantOf } from '../constant.js';
import type { NodeContext } from '../context.js';
import { rangeOf, refuseBlocks, targetType } from '../ops/quantize.js';
import type { Folder } from './rearrange.js';

/** Which scale an element has: the one for all, or that of its index along `axis`. */
function channelOf(
  context: NodeContext,
  shape: readonly number[],
  scales: Constant,
  zeros: Constant | undefined,
): (element: number) => number {
  refuseBlocks(context);
  const count = scales.data.length;
  const axis = count === 1 ? 0 : context.axis(context.integerAttribute('axis', 1), shape.length);
  const extent = count === 1 ? 1 : (shape[axis] as number);
  if (count !== extent || (zeros !== undefined && zeros.data.length !== extent)) {
    refuse(`needs ${extent} scales and zero points, but has ${count} and ${zeros?.data.length}`);
  }
  const inner = elementCount(shape.slice(axis + 1));
  return (element) => Math.floor(element / inner) % extent;
}

/** DequantizeLinear: `(stored − zero point) · scale`, per tensor or per index of `axis`. */
export const dequantize: Folder = (context, [from, scale, zero]) => {
  const { shape, data } = from as Constant;
  const { data: scales } = scale as Constant;
  const channel = channelOf(context, shape, scale as Constant, zero);
  context.state.budget.charge(12 * data.length, 'the result');
  const numbers = Float64Array.from(data, (value, i) => {
    return (value - (zero?.data[channel(i)] ?? 0)) * (scales[channel(i)] as number);
  });
  return constantOf('float32', shape, numbers);
};

/** QuantizeLinear: `clip(round(x / scale) + zero point)`, halves to the even integer. */
export const quantize: Folder = (context, [from, scale, zero]) => {
  const { shape, data } = from as Constant;
  const { data: scales } = scale as Constant;
  const type = targetType(context, zero?.type);
  const range = rangeOf(type) ?? refuse(`quantizes to ${type}; int8, uint8, int16 and uint16 are supported`);
  const channel = channelOf(context, shape, scale as Constant, zero);
  context.state.budget.charge(8 * data.length, 'the result');
  const stored = Float64Array.from(data, (value, i) =>
    quantizeNumber(value, scales[channel(i)] as number, zero?.data[channel(i)] ?? 0, range),
  );
  return constantOf(type, shape, stored);
};
