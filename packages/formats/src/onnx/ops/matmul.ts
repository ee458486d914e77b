/** @file Products of matrices that the network computes. */
import { elementCount, filled, formatShape, sameShape } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { broadcastShape } from '../../fold/known.js';
import type { NodeContext } from '../context.js';
import { naturalOrder, type Value, valueInOrder, withLeadingOnes } from '../layout.js';

/** An input as matrices `[count, rows, columns]`, or `[rows, columns]` where there is no other dimension. */
function matrices(
  context: NodeContext,
  input: number,
  shape: readonly number[],
  batch: readonly number[],
): string {
  const { name } = context.natural(context.value(input));
  const own = shape.slice(0, -2);
  const matrix = shape.slice(-2);
  if (batch.length === 0) return context.reshaped(name, matrix);
  const ones = withLeadingOnes(own, batch.length);
  if (elementCount(own) === 1 || sameShape(ones, batch)) {
    return context.reshaped(name, [elementCount(own), ...matrix]);
  }
  // Some leading dimensions are stretched and others not: the stretched matrices are written out.
  const factor = context.parameter(
    `${context.name}/ones`,
    filled('float32', [...batch.map((size, axis) => (ones[axis] === 1 ? size : 1)), 1, 1], 1),
    'constant',
  );
  const stretched = context.helper('mul', [context.reshaped(name, [...ones, ...matrix]), factor], {});
  return context.reshaped(stretched, [elementCount(batch), ...matrix]);
}

/** Shapes of a product: of both inputs as matrices, the dimensions before them, and the result's in the file. */
interface MatrixShapes {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly batch: readonly number[];
  readonly result: readonly number[];
}

/** What NumPy says of a product: leading dimensions are stretched, and a vector is a row on the left, a column on the right. */
export function matrixShapes(context: NodeContext, leftInput: number, rightInput: number): MatrixShapes {
  const [left, right] = [context.shape(leftInput), context.shape(rightInput)];
  if (left.length === 0 || right.length === 0)
    refuse(`multiplies ${formatShape(left)} by ${formatShape(right)}, of which one is no matrix`);
  const a = left.length === 1 ? [1, ...left] : left;
  const b = right.length === 1 ? [...right, 1] : right;
  if (a.at(-1) !== b.at(-2)) {
    refuse(
      `multiplies ${formatShape(left)} by ${formatShape(right)}: ${a.at(-1)} columns do not fit ${b.at(-2)} rows`,
    );
  }
  const batch = broadcastShape(a.slice(0, -2), b.slice(0, -2));
  context.state.budget.checkShape([...batch, ...a.slice(-2)], 'the first matrices');
  context.state.budget.checkShape([...batch, ...b.slice(-2)], 'the second matrices');
  const rows = left.length === 1 ? [] : [a.at(-2) as number];
  const columns = right.length === 1 ? [] : [b.at(-1) as number];
  return { a, b, batch, result: [...batch, ...rows, ...columns] };
}

/** MatMul as NumPy does it. */
export function readMatrixProduct(context: NodeContext): Value {
  const { a, b, batch, result } = matrixShapes(context, 0, 1);
  const inputs = [matrices(context, 0, a, batch), matrices(context, 1, b, batch)];
  return valueInOrder(context.emit('matmul', inputs, {}), result, naturalOrder(result.length));
}
