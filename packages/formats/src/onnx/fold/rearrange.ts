/** @file Folders that move elements and compute nothing. */
import { copyStrided, elementCount, formatShape, rowMajorStrides } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { type Constant, checkConstantShape, constantOf } from '../constant.js';
import type { NodeContext } from '../context.js';
import { permutationOf, slicedParts } from '../shapes.js';

/** Computes a node whose inputs are constants; an optional input that is left out is `undefined`. */
export type Folder = (context: NodeContext, inputs: readonly Constant[]) => Constant;

/** Elements at regular places of a constant, under a new shape. */
export function strided(
  context: NodeContext,
  from: Constant,
  shape: readonly number[],
  steps: readonly number[],
  start = 0,
): Constant {
  const count = checkConstantShape(shape, 'the result');
  context.state.budget.charge(8 * count, 'the result');
  const data = from.type === 'float32' ? new Float32Array(count) : new Float64Array(count);
  copyStrided(from.data, data, shape, steps, start);
  return { kind: 'constant', type: from.type, shape, data };
}

/** Transpose. */
export const transpose: Folder = (context, [from]) => {
  const { shape } = from as Constant;
  const permutation = permutationOf(context);
  const strides = rowMajorStrides(shape);
  return strided(
    context,
    from as Constant,
    permutation.map((axis) => shape[axis] as number),
    permutation.map((axis) => strides[axis] as number),
  );
};

/** Gather: along one dimension, the elements at the given indices. */
export const gather: Folder = (context, [from, indices]) => {
  const { type, shape, data } = from as Constant;
  const axis = context.axis(context.integerAttribute('axis', 0), shape.length);
  const extent = shape[axis] as number;
  const inner = elementCount(shape.slice(axis + 1));
  const outer = elementCount(shape.slice(0, axis));
  const places = Array.from((indices as Constant).data, (index) => {
    const place = index < 0 ? index + extent : index;
    if (!(place >= 0 && place < extent)) refuse(`takes element ${index} of ${extent}`);
    return place;
  });
  const resultShape = [...shape.slice(0, axis), ...(indices as Constant).shape, ...shape.slice(axis + 1)];
  const count = checkConstantShape(resultShape, 'the result');
  context.state.budget.charge(8 * count, 'the result');
  const result = new Float64Array(count);
  let target = 0;
  // Without elements, the loops could still be long: a dimension may be large where another is 0.
  for (let o = 0; o < outer && count > 0; o++) {
    for (const place of places) {
      const start = (o * extent + place) * inner;
      result.set(data.subarray(start, start + inner), target);
      target += inner;
    }
  }
  return constantOf(type, resultShape, result);
};

/** Concat. */
export const concat: Folder = (context, inputs) => {
  const [first] = inputs as [Constant];
  const said = context.integerAttribute('axis', context.opset < 4 ? 1 : Number.NaN);
  const axis = context.axis(said, first.shape.length);
  const fits = inputs.every(
    ({ shape }) =>
      shape.length === first.shape.length &&
      shape.every((dimension, d) => d === axis || dimension === first.shape[d]),
  );
  if (!fits) {
    const shapes = inputs.slice(0, 8).map(({ shape }) => formatShape(shape));
    refuse(`joins ${shapes.join(' and ')} along dimension ${axis}, but only that one may differ`);
  }
  const inner = elementCount(first.shape.slice(axis + 1));
  const outer = elementCount(first.shape.slice(0, axis));
  const extent = inputs.reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
  const shape = first.shape.with(axis, extent);
  context.state.budget.charge(8 * checkConstantShape(shape, 'the result'), 'the result');
  const data = new Float64Array(outer * extent * inner);
  let target = 0;
  for (let o = 0; o < outer && data.length > 0; o++) {
    for (const part of inputs) {
      const length = (part.shape[axis] as number) * inner;
      data.set(part.data.subarray(o * length, (o + 1) * length), target);
      target += length;
    }
  }
  return constantOf(first.type, shape, data);
};

/** Slice. */
export const slice: Folder = (context, [from]) => {
  const { shape } = from as Constant;
  const strides = rowMajorStrides(shape);
  const parts = slicedParts(context);
  return strided(
    context,
    from as Constant,
    parts.map(({ count }) => count),
    parts.map(({ step }, axis) => step * (strides[axis] as number)),
    parts.reduce((sum, { start }, axis) => sum + start * (strides[axis] as number), 0),
  );
};
