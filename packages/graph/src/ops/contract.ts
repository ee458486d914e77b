import { formatShape, type Shape } from '@sepconv/tensor';
import type { Activation } from '../activation.js';
import { ShapeError } from '../errors.js';
import { dilatedExtent, type HeightWidth, outputExtent, type Padding } from '../padding.js';
import type { ValueType } from '../value-type.js';

/** What an op is called in a network and what it is given: all that its shape rule may look at. */
export interface InferenceContext<Attributes> {
  /** The node's name, for messages. */
  readonly node: string;
  readonly op: string;
  readonly attributes: Attributes;
  readonly inputs: readonly ValueType[];
}

/** An input of an op. */
export interface InputContract {
  readonly name: string;
  /** Whether a node may leave it out; only trailing inputs are optional. */
  readonly optional?: boolean;
}

/**
 * What kind of op it is:
 *
 * - `product`: sums of products, as convolutions, dense layers and matrix products are;
 * - `normalization`: by means and variances;
 * - `activation`: what stands between layers, one number at a time but for softmax;
 * - `elementwise`: other arithmetic on one number at a time, or on two;
 * - `pooling`: one number of several that lie together;
 * - `resampling`: an image in another size;
 * - `view`: the same numbers in the same order, so that nothing has to move;
 * - `movement`: the same numbers, elsewhere;
 * - `conversion`: between real numbers and integers.
 */
export type OpKind =
  | 'product'
  | 'normalization'
  | 'activation'
  | 'elementwise'
  | 'pooling'
  | 'resampling'
  | 'view'
  | 'movement'
  | 'conversion';

/**
 * The contract of one op: its name, its inputs, the one function that validates a node and gives its output, and the traits from
 * which everything else derives its lists of ops.
 */
export interface OpContract<Attributes> {
  readonly name: string;
  readonly kind: OpKind;
  /** Inputs in order, or `'variadic'` for one or more of the same kind. */
  readonly inputs: readonly InputContract[] | 'variadic';
  /**
   * `kept`: it takes int8, uint8 or int32 as well as real numbers, and its result is stored as its input is. `own`: it has a meaning
   * for integers only, which it takes or gives. Without, they are refused, because the op computes with real numbers.
   */
  readonly integers?: 'kept' | 'own';
  /** The function that the op is, if it maps each number by itself. */
  activation?(attributes: Attributes): Activation;
  /** What the op makes of two numbers in float64, if it combines two operands element by element. */
  combine?(a: number, b: number): number;
  /** Whether activations and an addition behind it may be done where its result is stored. */
  readonly takesEpilogue?: boolean;
  /** @throws {ShapeError} naming the node, the op, the dimension and both numbers. */
  infer(context: InferenceContext<Attributes>): readonly ValueType[];
}

/** The contract of an op that has a meaning for integers only. */
export interface IntegerContract<Attributes> extends OpContract<Attributes> {
  readonly integers: 'own';
}

/** Throws a {@link ShapeError} that begins with the op and the node. */
export function fail(context: { readonly node: string; readonly op: string }, message: string): never {
  throw new ShapeError(`${context.op} "${context.node}": ${message}`);
}

/** The input at `index`; the caller of `infer` has checked that it is there. */
export function inputAt(context: InferenceContext<unknown>, index: number): ValueType {
  const input = context.inputs[index];
  if (input === undefined) fail(context, `input ${index} is missing`);
  return input;
}

/** Narrows a shape to `[N, H, W, C]`. */
export function expectImage(
  context: InferenceContext<unknown>,
  shape: Shape,
): readonly [number, number, number, number] {
  if (shape.length !== 4) {
    fail(
      context,
      `needs an image [N, H, W, C] of 4 dimensions, not ${formatShape(shape)} of ${shape.length}`,
    );
  }
  return shape as unknown as readonly [number, number, number, number];
}

/** Checks a parameter's shape dimension by dimension; `wanted` names each dimension. */
export function expectShape(
  context: InferenceContext<unknown>,
  what: string,
  actual: Shape,
  wanted: readonly (readonly [name: string, size: number])[],
): void {
  if (actual.length !== wanted.length) {
    fail(
      context,
      `${what} must be [${wanted.map(([name]) => name).join(', ')}], but is ${formatShape(actual)}`,
    );
  }
  wanted.forEach(([name, size], axis) => {
    if (actual[axis] !== size) {
      fail(
        context,
        `${what} is ${formatShape(actual)}, but dimension ${axis} (${name}) must be ${size}, not ${actual[axis]}`,
      );
    }
  });
}

/** Checks that a number is an integer of at least `least`. */
export function expectInteger(
  context: InferenceContext<unknown>,
  what: string,
  value: number,
  least: number,
): void {
  if (!Number.isInteger(value) || value < least) {
    fail(context, `${what} must be an integer of at least ${least}, not ${value}`);
  }
}

/** Checks that an attribute is a finite number; JSON, in which a graph is kept, knows no other. */
export function expectFinite(context: InferenceContext<unknown>, what: string, value: number): void {
  if (!Number.isFinite(value)) fail(context, `${what} must be a finite number, not ${value}`);
}

/** Attributes of everything that slides a window over an image. */
export interface WindowAttributes {
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly padding: Padding;
}

/**
 * Validates stride, dilation and padding, and gives the output's height and width.
 *
 * @throws {ShapeError} when the dilated window does not fit into the padded input.
 */
export function inferWindow(
  context: InferenceContext<WindowAttributes>,
  input: HeightWidth,
  window: HeightWidth,
): [height: number, width: number] {
  const { strides, dilations, padding } = context.attributes;
  // Before the padding, which may have been computed from them: a stride of 0 is the mistake, not the NaN it leads to.
  (['height', 'width'] as const).forEach((name, axis) => {
    expectInteger(context, `the stride along ${name}`, strides[axis] as number, 1);
    expectInteger(context, `the dilation along ${name}`, dilations[axis] as number, 1);
    expectInteger(context, `the window's ${name}`, window[axis] as number, 1);
  });
  for (const side of ['top', 'bottom', 'left', 'right'] as const) {
    expectInteger(context, `padding.${side}`, padding[side], 0);
  }
  const along = (axis: 0 | 1, name: string, before: number, after: number): number => {
    const extent = dilatedExtent(window[axis], dilations[axis]);
    const output = outputExtent(input[axis], before, after, extent, strides[axis]);
    if (output < 1) {
      fail(
        context,
        `the window spans ${extent} pixels of ${name}, but the padded input has only ${input[axis] + before + after} (${input[axis]} and ${before + after} of padding)`,
      );
    }
    return output;
  };
  return [along(0, 'height', padding.top, padding.bottom), along(1, 'width', padding.left, padding.right)];
}

/** A float32 value of this shape, or of the input's type where an op keeps it. */
export function likeInput(input: ValueType, shape: Shape): ValueType {
  return { shape, dtype: input.dtype };
}

/**
 * The type of a result that holds elements of the input as they are, integers with what they stand for.
 *
 * @throws {ShapeError} when there is a scale for each channel, which would not find its way to the result.
 */
export function withElementsOf(
  context: InferenceContext<unknown>,
  { dtype, quantization }: ValueType,
  shape: Shape,
): ValueType {
  if (quantization === undefined) return { shape, dtype };
  if (quantization.axis !== undefined)
    fail(
      context,
      `its input is quantized along axis ${quantization.axis}, which cannot be moved: dequantize it first`,
    );
  return { shape, dtype, quantization };
}

/**
 * As {@link withElementsOf}, of an op after which scales for each index of the input's dimension `axis` belong to the result's
 * dimension `moved(axis)`, all of them and in their order; `undefined` where they do not.
 */
export function withMovedElements(
  context: InferenceContext<unknown>,
  type: ValueType,
  shape: Shape,
  moved: (axis: number) => number | undefined,
): ValueType {
  const { dtype, quantization } = type;
  const axis = quantization?.axis === undefined ? undefined : moved(quantization.axis);
  if (quantization === undefined || axis === undefined) return withElementsOf(context, type, shape);
  return { shape, dtype, quantization: { ...quantization, axis } };
}

/** Refuses integers, for ops that compute with real numbers. */
export function refuseIntegers(context: InferenceContext<unknown>): void {
  context.inputs.forEach(({ dtype }, index) => {
    if (dtype === 'int8' || dtype === 'uint8' || dtype === 'int32')
      fail(context, `computes with real numbers, but input ${index} is ${dtype}: put a dequantize before it`);
  });
}

/** Refuses int32, for ops that take real numbers and bytes. */
export function refuseInt32(context: InferenceContext<unknown>): void {
  context.inputs.forEach(({ dtype }, index) => {
    if (dtype === 'int32') fail(context, `takes real numbers, int8 and uint8, but input ${index} is int32`);
  });
}
