/** @file Folders that compute numbers. */
import { decodeFloat16, elementCount, encodeFloat16, rowMajorStrides } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { type Constant, checkConstantShape, constantOf, isInteger } from '../constant.js';
import type { NodeContext } from '../context.js';
import { type ElementType, elementType } from '../model.js';
import { alignedShape, axesOf, broadcastShape } from '../shapes.js';
import { type Folder, strided } from './rearrange.js';

function broadcast(context: NodeContext, constant: Constant, shape: readonly number[]): Constant {
  const strides = rowMajorStrides(constant.shape);
  const missing = shape.length - constant.shape.length;
  const steps = shape.map((_, axis) =>
    (constant.shape[axis - missing] ?? 1) === 1 ? 0 : (strides[axis - missing] as number),
  );
  return strided(context, constant, shape, steps);
}

/** Elementwise arithmetic on any number of inputs, from the left; integer divisions drop the rest. */
export function arithmetic(compute: (a: number, b: number) => number): Folder {
  return (context, inputs) =>
    inputs.reduce((a, b) => {
      const aligned = { ...b, shape: alignedShape(context, a.shape, b.shape) };
      const shape = broadcastShape(a.shape, aligned.shape);
      const left = broadcast(context, a, shape).data;
      const right = broadcast(context, aligned, shape).data;
      const whole = isInteger(a.type);
      const data = left.map((value, i) => {
        const result = compute(value, right[i] as number);
        return whole ? Math.trunc(result) : result;
      });
      return { kind: 'constant', type: a.type, shape, data };
    });
}

/** A function of every element. */
export const elementwise =
  (compute: (value: number) => number): Folder =>
  (context, [from]) => {
    const { type, shape, data } = from as Constant;
    context.state.budget.charge(8 * data.length, 'the result');
    return { kind: 'constant', type, shape, data: data.map(compute) };
  };

const unsupported: readonly ElementType[] = ['undefined', 'string', 'bfloat16', 'complex64', 'complex128'];

/** The constant in another type. */
export function castTo(
  context: NodeContext,
  { shape, data }: Constant,
  to: ElementType | undefined,
): Constant {
  if (to === undefined || unsupported.includes(to)) refuse('casts to a type that is not supported');
  context.state.budget.charge(8 * data.length, 'the result');
  if (to === 'bool')
    return constantOf(
      to,
      shape,
      data.map((value) => (value === 0 ? 0 : 1)),
    );
  if (to === 'float16') {
    const rounded = data.map((value) => decodeFloat16(encodeFloat16(value)));
    return constantOf(to, shape, rounded);
  }
  return constantOf(to, shape, isInteger(to) ? data.map(Math.trunc) : data);
}

/** Cast. */
export const cast: Folder = (context, [from]) =>
  castTo(context, from as Constant, elementType(context.integerAttribute('to', 0)));

/** ConstantOfShape. */
export const constantOfShape: Folder = (context, [from]) => {
  const shape = [...(from as Constant).data.subarray(0, 64)];
  const count = checkConstantShape(shape, 'the result');
  context.state.budget.charge(8 * count, 'the result');
  const value = context.tensorAttribute('value');
  return constantOf(value?.type ?? 'float32', shape, new Float64Array(count).fill(value?.data[0] ?? 0));
};

/** A Constant node: a tensor, or one of the short forms since operator set 12. */
export const constant: Folder = (context) => {
  const tensor = context.tensorAttribute('value');
  if (tensor !== undefined) return tensor;
  const float = context.attribute('value_float')?.float;
  if (float !== undefined) return constantOf('float32', [], [float]);
  const integer = context.attribute('value_int')?.integer;
  if (integer !== undefined) return constantOf('int64', [], [integer]);
  const floats = context.attribute('value_floats')?.floats;
  if (floats !== undefined) return constantOf('float32', [floats.length], floats);
  const integers = context.attribute('value_ints')?.integers;
  if (integers !== undefined) return constantOf('int64', [integers.length], integers);
  return refuse('holds no value of a supported kind');
};

/** Clip: bounds are attributes in operator sets before 11, inputs since. */
export const clip: Folder = (context, [from, low, high]) => {
  const { type, shape, data } = from as Constant;
  const min = low?.data[0] ?? context.floatAttribute('min', -Infinity);
  const max = high?.data[0] ?? context.floatAttribute('max', Infinity);
  context.state.budget.charge(8 * data.length, 'the result');
  return { kind: 'constant', type, shape, data: data.map((value) => Math.min(max, Math.max(min, value))) };
};

/** ReduceMax and ReduceMin: the extreme along some dimensions, or along all. */
export const extreme =
  (choose: (a: number, b: number) => number): Folder =>
  (context, [from]) => {
    const { type, shape, data } = from as Constant;
    const said = axesOf(context, 1) ?? [];
    const isNothing = said.length === 0 && context.integerAttribute('noop_with_empty_axes', 0) !== 0;
    if (isNothing) return from as Constant;
    if (data.length === 0) refuse('reduces a tensor without elements');
    const axes =
      said.length === 0 ? shape.map((_, axis) => axis) : said.map((axis) => context.axis(axis, shape.length));
    const ones = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
    const [strides, steps] = [rowMajorStrides(shape), rowMajorStrides(ones)];
    context.state.budget.charge(8 * elementCount(ones), 'the result');
    const result = new Float64Array(elementCount(ones)).fill(Number.NaN);
    data.forEach((value, i) => {
      const to = shape.reduce((sum, extent, axis) => {
        const index = Math.floor(i / (strides[axis] as number)) % extent;
        return ones[axis] === 1 ? sum : sum + index * (steps[axis] as number);
      }, 0);
      const best = result[to] as number;
      result[to] = Number.isNaN(best) ? value : choose(best, value);
    });
    const keeps = context.integerAttribute('keepdims', 1) !== 0;
    return constantOf(type, keeps ? ones : ones.filter((_, axis) => !axes.includes(axis)), result);
  };
