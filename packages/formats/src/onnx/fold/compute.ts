/** @file Folders that compute numbers. */
import { decodeFloat16, elementCount, encodeFloat16, rowMajorStrides } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { type Constant, checkConstantShape, constantOf, isInteger } from '../constant.js';
import type { NodeContext } from '../context.js';
import { type ElementType, elementType } from '../model.js';
import { alignedShape, broadcastShape } from '../shapes.js';
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

/** DequantizeLinear: `(stored − zero point) · scale`, per tensor or per index of `axis`. */
export const dequantize: Folder = (context, [from, scale, zero]) => {
  const { shape, data } = from as Constant;
  const scales = (scale as Constant).data;
  const isSingle = scales.length === 1;
  const axis = isSingle ? 0 : context.axis(context.integerAttribute('axis', 1), shape.length);
  const extent = isSingle ? 1 : (shape[axis] as number);
  if (scales.length !== extent || (zero !== undefined && zero.data.length !== extent)) {
    refuse(`needs ${extent} scales and zero points, but has ${scales.length} and ${zero?.data.length}`);
  }
  const inner = elementCount(shape.slice(axis + 1));
  context.state.budget.charge(12 * data.length, 'the result');
  const numbers = Float64Array.from(data, (value, i) => {
    const channel = Math.floor(i / inner) % extent;
    return (value - (zero?.data[channel] ?? 0)) * (scales[channel] as number);
  });
  return constantOf('float32', shape, numbers);
};
