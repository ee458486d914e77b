/** @file Folders that compute numbers. */
import { decodeFloat16, encodeFloat16 } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import * as known from '../../fold/known.js';
import { type Constant, constantOf, isInteger } from '../constant.js';
import type { NodeContext } from '../context.js';
import { type ElementType, elementType } from '../model.js';
import { alignedShape, axesOf } from '../shapes.js';
import { constantFrom, type Folder } from './rearrange.js';

/** The second of two inputs as the first aligns it. */
const aligned = (context: NodeContext, a: Constant, b: Constant): Constant => ({
  ...b,
  shape: alignedShape(context, a.shape, b.shape),
});

/** Elementwise arithmetic on any number of inputs, from the left; integer divisions drop the rest. */
export function arithmetic(compute: (a: number, b: number) => number): Folder {
  return (context, inputs) =>
    inputs.reduce((a, b) => {
      const whole = isInteger(a.type);
      const result = known.combined(context.state.budget, [a, aligned(context, a, b)], (x = 0, y = 0) =>
        whole ? Math.trunc(compute(x, y)) : compute(x, y),
      );
      return constantFrom(a.type, result);
    });
}

/** A comparison, or a logical op on two truths. */
export const comparison =
  (compute: (a: number, b: number) => boolean): Folder =>
  (context, [a, b]) => {
    const both = [a as Constant, aligned(context, a as Constant, b as Constant)];
    const result = known.combined(context.state.budget, both, (x = 0, y = 0) => (compute(x, y) ? 1 : 0));
    return constantFrom('bool', result);
  };

/** Where: the second input where the first is true, the third elsewhere. */
export const where: Folder = (context, [condition, yes, no]) => {
  const all = [condition, yes, no] as [Constant, Constant, Constant];
  const result = known.combined(context.state.budget, all, (truth, a = 0, b = 0) => (truth ? a : b));
  return constantFrom(all[1].type, result);
};

/** Mod: the sign is the divisor's, or with `fmod` the dividend's. */
export const mod: Folder = (context, inputs) => {
  const fmod = context.integerAttribute('fmod', 0) !== 0;
  return arithmetic((a, b) => (fmod ? a % b : a - b * Math.floor(a / b)))(context, inputs);
};

/** Range: from the first input to before the second, in steps of the third. */
export const range: Folder = (context, [start, limit, delta]) => {
  const [from, to, step] = [start, limit, delta].map(
    (input) => input?.data[0] ?? refuse('reads a bound without elements'),
  ) as [number, number, number];
  return constantFrom((start as Constant).type, known.range(context.state.budget, from, to, step));
};

/** A function of every element. */
export const elementwise =
  (compute: (value: number) => number): Folder =>
  (context, [from]) =>
    constantFrom((from as Constant).type, known.mapped(context.state.budget, from as Constant, compute));

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
  const value = context.tensorAttribute('value');
  const filled = known.filledWith(context.state.budget, shape, value?.data[0] ?? 0);
  return constantOf(value?.type ?? 'float32', shape, filled.data);
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
  const min = low?.data[0] ?? context.floatAttribute('min', -Infinity);
  const max = high?.data[0] ?? context.floatAttribute('max', Infinity);
  return elementwise((value) => Math.min(max, Math.max(min, value)))(context, [from as Constant]);
};

/** A reduction along some dimensions, or along all. */
export const reduction =
  (how: known.Reduction): Folder =>
  (context, [from]) => {
    const { type, shape, data } = from as Constant;
    const said = axesOf(context, 1) ?? [];
    const isNothing = said.length === 0 && context.integerAttribute('noop_with_empty_axes', 0) !== 0;
    if (isNothing) return from as Constant;
    if (data.length === 0) refuse('reduces a tensor without elements');
    const named =
      said.length === 0 ? shape.map((_, axis) => axis) : said.map((axis) => context.axis(axis, shape.length));
    const axes = [...new Set(named)].toSorted((a, b) => a - b);
    const keeps = context.integerAttribute('keepdims', 1) !== 0;
    const result = known.reduced(context.state.budget, from as Constant, { axes, keeps }, how);
    return constantFrom(type, result);
  };
