/** @file Products of matrices of integers. */
import { createTensor, elementCount, formatShape, sameShape } from '@sepconv/tensor';
import type { ByteType } from '../../byte-type.js';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { naturalOrder, type Value, valueInOrder, withLeadingOnes } from '../layout.js';
import { readBias } from './integer-conv2d.js';
import { matrixShapes } from './matmul.js';
import {
  byteConstant,
  bytesAt,
  meaning,
  perChannel,
  readComputedZero,
  readScales,
  readZeroPoints,
  type Scales,
  storedAs,
  wholeQuantization,
  withoutMeaning,
} from './quantization.js';

/** The bytes at an input under a shape, with the elements in the file's order. */
function bytesUnder(context: NodeContext, input: number, what: string, shape: readonly number[]): string {
  return context.reshaped(context.natural(bytesAt(context, input, what)).name, shape);
}

/** b as a parameter where it is known, else as what the network computes, with what its integers mean. */
function readRight(
  context: NodeContext,
  input: number,
  shape: readonly number[],
  scales: Omit<Scales, 'type'>,
): string {
  const [axis, count] = [shape.length - 1, shape.at(-1) as number];
  const quantization = perChannel(scales, { axis, count, what: 'columns' });
  if (!context.isConstant(input)) {
    return meaning(context, bytesUnder(context, input, 'the second matrix', shape), quantization);
  }
  const { constant, type } = byteConstant(context, input, 'the second matrix');
  context.state.budget.charge(constant.data.length, 'the second matrix');
  const { data } = context.state.decoded.integers(constant, type);
  const tensor = createTensor(type, shape, data, quantization);
  return context.parameter(context.node.inputs[input] as string, tensor, 'weight');
}

/** The shapes of both matrices in the graph, where a second one serves all of the first or each its own, and the result's. */
function shapesOf(context: NodeContext, right: number) {
  const { a, b, batch, result } = matrixShapes(context, 0, right);
  const [before, own] = [a.slice(0, -2), b.slice(0, -2)];
  if (elementCount(before) !== elementCount(batch))
    refuse(
      `stretches matrices of integers ${formatShape(before)} to ${formatShape(batch)}, which is not supported`,
    );
  const isOne = elementCount(own) === 1;
  if (!isOne && !sameShape(withLeadingOnes(own, batch.length), batch))
    refuse(
      `stretches matrices of integers ${formatShape(own)} to ${formatShape(batch)}, which is not supported`,
    );
  const count = batch.length === 0 ? [] : [elementCount(batch)];
  return { a: [...count, ...a.slice(-2)], b: [...(isOne ? [] : count), ...b.slice(-2)], result };
}

const asResult = (name: string, shape: readonly number[]): Value =>
  valueInOrder(name, shape, naturalOrder(shape.length));

/**
 * QLinearMatMul: a, its scale and zero point, b, its own (one for all, or one for each column), and the result's. Sums are
 * requantized as onnxruntime does it. What a Gemm became has a bias, too (`../join-products.ts`).
 */
export function readQLinearMatMul(context: NodeContext): Value {
  const shapes = shapesOf(context, 3);
  const quantization = wholeQuantization(readScales(context, 1, 2), 'the first matrix');
  const a = meaning(context, bytesUnder(context, 0, 'the first matrix', shapes.a), quantization);
  const b = readRight(context, 3, shapes.b, readScales(context, 4, 5));
  const output = storedAs(readScales(context, 6, 7), 'the result');
  const name = context.emit('quantized-matmul', [a, b, ...readBias(context, 8)], { output });
  return asResult(name, shapes.result);
}

/** MatMulInteger: a, b, a's zero point, which may be computed, and b's (one for all, or one for each column). */
export function readMatMulInteger(context: NodeContext): Value {
  const shapes = shapesOf(context, 1);
  const a = withoutMeaning(context, bytesUnder(context, 0, 'the first matrix', shapes.a));
  const b = readRight(context, 1, shapes.b, { scale: [1], ...readZeroPoints(context, 3) });
  const dtype = context.state.builder.typeOf(a).dtype as ByteType;
  const name = context.emit('matmul-integer', [a, b, ...readComputedZero(context, 2, dtype)], {});
  return asResult(name, shapes.result);
}
