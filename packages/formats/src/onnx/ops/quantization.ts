/** @file What readers of integer ops share: scales and zero points, and integers that are given a meaning or made real. */
import { createTensor, formatShape, type Quantization, sameQuantization } from '@sepconv/tensor';
import { type ByteType, isByteType } from '../../byte-type.js';
import { refuse } from '../../errors.js';
import type { Constant } from '../constant.js';
import type { NodeContext } from '../context.js';
import { describeLayout, type Value } from '../layout.js';
import type { ElementType } from '../model.js';

/** Scales and zero points as a node states them: one of each, or one for each index of some dimension. */
export interface Scales {
  readonly scale: readonly number[];
  readonly zeroPoint: readonly number[];
  /** The zero point's type; `undefined` where it is left out. */
  readonly type: ElementType | undefined;
}

const oneOrList = (shape: readonly number[], what: string): void => {
  if (shape.length > 1)
    refuse(
      `has ${what} of ${formatShape(shape)}: one for all, or a list of one for each channel, is supported, but no blocks`,
    );
};

/** The zero points at an input, as many as are wanted; 0 where they are left out. */
export function readZeroPoints(
  context: NodeContext,
  input: number,
  count?: number,
): Pick<Scales, 'zeroPoint' | 'type'> {
  if (!context.has(input)) return { zeroPoint: new Array<number>(count ?? 1).fill(0), type: undefined };
  const { data, shape, type } = context.constant(input, 'the zero point');
  oneOrList(shape, 'zero points');
  if (count !== undefined && data.length !== count)
    refuse(`has ${count} scales, but ${data.length} zero points`);
  if (data.length === 0) refuse('has an empty list of zero points');
  return { zeroPoint: [...data], type };
}

/** The scales at one input with the zero points at another, of which there are as many; 0 without such an input. */
export function readScales(context: NodeContext, input: number, zeroInput?: number): Scales {
  const { data, shape } = context.constant(input, 'the scale');
  oneOrList(shape, 'scales');
  const wrong = data.find((step) => !(step > 0 && step < Infinity));
  if (wrong !== undefined || data.length === 0)
    refuse(`has the scale ${wrong ?? 'of an empty list'}, which must be positive and finite`);
  if (zeroInput === undefined)
    return { scale: [...data], zeroPoint: new Array<number>(data.length).fill(0), type: undefined };
  return { scale: [...data], ...readZeroPoints(context, zeroInput, data.length) };
}

/** Numbers that are the same for all; `undefined` where there are several different ones. */
const theOne = (numbers: readonly number[]): number | undefined =>
  numbers.every((number) => number === numbers[0]) ? numbers[0] : undefined;

/** Scale and zero point of a whole tensor; a list of equal ones counts as one. */
export function wholeQuantization({ scale, zeroPoint }: Scales, what: string): Quantization {
  const [step, zero] = [theOne(scale), theOne(zeroPoint)];
  if (step === undefined || zero === undefined)
    refuse(`quantizes ${what} with ${scale.length} scales; only one for all of it is supported`);
  return { scale: [step], zeroPoint: [zero] };
}

/**
 * One scale and zero point for all of a weight, or one of each for every index of its dimension `axis`, of which there are
 * `count`; `what` names these.
 */
export function perChannel(
  { scale, zeroPoint }: Pick<Scales, 'scale' | 'zeroPoint'>,
  { axis, count, what }: { readonly axis: number; readonly count: number; readonly what: string },
): Quantization {
  if (scale.length === 1 && zeroPoint.length === 1) return { scale, zeroPoint };
  const each = (numbers: readonly number[]): readonly number[] =>
    numbers.length === 1 ? new Array<number>(count).fill(numbers[0] as number) : numbers;
  const [scales, zeros] = [each(scale), each(zeroPoint)];
  if (scales.length !== count || zeros.length !== count)
    refuse(`has ${scale.length} scales and ${zeroPoint.length} zero points for ${count} ${what}`);
  return { scale: scales, zeroPoint: zeros, axis };
}

/** A constant of bytes at an input; `what` begins the sentence that refuses anything else. */
export function byteConstant(
  context: NodeContext,
  input: number,
  what: string,
): { readonly constant: Constant; readonly type: ByteType } {
  const constant = context.constant(input, what);
  const { type } = constant;
  return isByteType(type) ? { constant, type } : refuse(`${what} must be int8 or uint8, but is ${type}`);
}

/** Integers that stand for themselves. */
export const plain: Quantization = { scale: [1], zeroPoint: [0] };

/** The graph value with this meaning of its integers; a node only where it has another. */
export function meaning(context: NodeContext, name: string, quantization: Quantization): string {
  const has = context.state.builder.typeOf(name).quantization;
  return sameQuantization(has, quantization) ? name : context.helper('reinterpret', [name], { quantization });
}

/** A value of bytes at an input; `what` begins the sentence that refuses anything else. */
export function bytesAt(context: NodeContext, input: number, what: string): Value {
  const found = context.integers(input);
  const type = found && context.integerTypeOf(found);
  if (found !== undefined && isByteType(type)) return found;
  const seen = context.input(input);
  const says = type ?? (seen.kind === 'constant' ? seen.type : `${describeLayout(seen)} of real numbers`);
  return refuse(`${what} must be int8 or uint8, but is ${says}`);
}

/** What a result is stored as: the type is the zero point's, uint8 without one. */
export function storedAs(
  scales: Scales,
  what: string,
): { readonly dtype: ByteType; readonly scale: number; readonly zeroPoint: number } {
  const { type = 'uint8' } = scales;
  if (!isByteType(type)) refuse(`stores ${what} as ${type}; int8 and uint8 are supported`);
  const { scale, zeroPoint } = wholeQuantization(scales, what);
  return { dtype: type, scale: scale[0] as number, zeroPoint: zeroPoint[0] as number };
}

/**
 * The integers without the zero point that they have as something else, for ops that state their own: there an absent one is 0.
 */
export function withoutMeaning(context: NodeContext, name: string): string {
  const { quantization } = context.state.builder.typeOf(name);
  const means = quantization?.axis !== undefined || quantization?.zeroPoint.some((zero) => zero !== 0);
  return means ? meaning(context, name, plain) : name;
}

/** The zero point of an op's first input, known or computed, as a list of operands; without one it is 0. */
export function readComputedZero(context: NodeContext, input: number, dtype: ByteType): string[] {
  if (!context.has(input)) return [];
  const found = context.input(input);
  if (found.kind === 'value') return [found.name];
  const { zeroPoint, type } = readZeroPoints(context, input);
  if (type !== dtype) refuse(`has a zero point of ${type} for numbers of ${dtype}`);
  const {
    zeroPoint: [zero = 0],
  } = wholeQuantization({ scale: [1], zeroPoint, type }, 'its first input');
  const tensor = createTensor(dtype, [], (dtype === 'int8' ? Int8Array : Uint8Array).of(zero) as never);
  return [context.parameter(context.node.inputs[input] as string, tensor, 'constant')];
}
