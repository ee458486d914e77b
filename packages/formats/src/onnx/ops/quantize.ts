/** @file Between real numbers and integers. */
import { storedRange } from '@sepconv/tensor';
import { isByteType } from '../../byte-type.js';
import { isTrue } from '../../composites/choices.js';
import { refuse } from '../../errors.js';
import { chooseClamp, everything } from '../../range.js';
import type { NodeContext } from '../context.js';
import { shapeOf, type Value, valueInOrder } from '../layout.js';
import { type ElementType, elementType } from '../model.js';
import { composer, last } from './composing.js';
import { meaning, plain, readScales, type Scales, wholeQuantization } from './quantization.js';

/** Integers of 16 bits are clipped, but not computed with. */
const wideRanges: ReadonlyMap<string, { readonly min: number; readonly max: number }> = new Map([
  ['uint16', { min: 0, max: 65535 }],
  ['int16', { min: -32768, max: 32767 }],
]);

/** What a type of 8 or 16 bits can store; `undefined` for others. */
export function rangeOf(type: ElementType): { readonly min: number; readonly max: number } | undefined {
  return isByteType(type) ? storedRange(type) : wideRanges.get(type);
}

/** Refuses what says that there is a scale for each block of elements. */
export function refuseBlocks(context: NodeContext): void {
  const size = context.integerAttribute('block_size', 0);
  if (size !== 0) refuse(`has a scale for each ${size} elements (block_size), which is not supported`);
}

/** The scales of a node and the graph value that they are for: with the file's axis as the graph counts it. */
function alongAxis(context: NodeContext, value: Value, { scale, zeroPoint }: Scales) {
  if (scale.length === 1) return { value, quantization: { scale, zeroPoint } };
  const { name, order } = context.ordered(value);
  const shape = shapeOf(value);
  const axis = context.axis(context.integerAttribute('axis', 1), shape.length);
  if (shape[axis] !== scale.length)
    refuse(`has ${scale.length} scales for ${shape[axis]} indices of dimension ${axis}`);
  return {
    value: { ...value, ...valueInOrder(name, shape, order) },
    quantization: { scale, zeroPoint, axis: order.indexOf(axis) },
  };
}

/** Integers as the real numbers that they are, without scale and zero point; real numbers as they are. */
export function realNumbers(context: NodeContext, value: Value): Value {
  if (context.integerTypeOf(value) === undefined) return value;
  const name = context.helper('dequantize', [meaning(context, value.name, plain)], {});
  return { ...value, name };
}

/** What is clipped to what a type can store, but not rounded. */
function clipped(
  context: NodeContext,
  value: Value,
  range: NonNullable<ReturnType<typeof rangeOf>>,
  scales: Scales,
): Value {
  const { scale, zeroPoint } = wholeQuantization(scales, 'what the network computes');
  const [step = 1, zero = 0] = [scale[0], zeroPoint[0]];
  const [min, max] = [range.min, range.max].map((stored) => Math.fround(step * (stored - zero))) as [
    number,
    number,
  ];
  const clamp = chooseClamp(everything, { min, max }, step) ?? { op: 'clamp', min, max };
  const { op, ...bounds } = clamp;
  const input = [value.name];
  const name = op === 'clamp' ? context.emit('clamp', input, bounds) : context.emit(op, input, {});
  return { ...value, name, stored: { scale: step, zeroPoint: zero } };
}

/** The type that a QuantizeLinear stores: its zero point's, or since operator set 21 an attribute; else uint8. */
export function targetType(context: NodeContext, type: ElementType | undefined): ElementType {
  const code = context.integerAttribute('output_dtype', 0);
  const said =
    code === 0 ? undefined : (elementType(code) ?? refuse(`quantizes to the unknown type ${code}`));
  if (type !== undefined && said !== undefined && type !== said)
    refuse(`quantizes to ${said}, but its zero point is ${type}`);
  return type ?? said ?? 'uint8';
}

/**
 * QuantizeLinear. In float32 arithmetic, what nothing reads but DequantizeLinear stays real: it is clipped to what the type can
 * store, and not rounded. Everything else is rounded to integers as the file says.
 */
export function readQuantize(context: NodeContext): Value {
  refuseBlocks(context);
  const found = realNumbers(context, context.value(0));
  const scales = readScales(context, 1, 2);
  const type = targetType(context, scales.type);
  const range = rangeOf(type);
  const isPair = context.state.dequantized.has(context.node.outputs[0] ?? '');
  const staysReal = isPair && scales.scale.length === 1;
  if (range !== undefined && staysReal && (!isByteType(type) || context.state.arithmetic === 'float32'))
    return clipped(context, found, range, scales);
  if (!isByteType(type)) {
    refuse(
      wideRanges.has(type)
        ? `quantizes to ${type}, which is supported only where a DequantizeLinear with one scale is all that reads it`
        : `quantizes to ${type}; int8 and uint8 are supported`,
    );
  }
  const { value, quantization } = alongAxis(context, found, scales);
  return { ...value, name: context.emit('quantize', [value.name], { dtype: type, ...quantization }) };
}

/** DequantizeLinear: of integers by the scales that it states; what stayed real is real already. */
export function readDequantize(context: NodeContext): Value {
  refuseBlocks(context);
  const scales = readScales(context, 1, 2);
  const { stored, ...real } = context.value(0);
  if (stored !== undefined) {
    const [scale, zeroPoint] = [scales.scale[0], scales.zeroPoint[0]];
    if (scales.scale.length > 1 || stored.scale !== scale || stored.zeroPoint !== zeroPoint) {
      refuse(
        "reads quantized numbers with another scale or zero point than they were stored with: read the model with arithmetic 'integer'",
      );
    }
    return real;
  }
  if (context.integerTypeOf(real) === undefined)
    refuse('reads integers, but what the network computes there are real numbers');
  const { value, quantization } = alongAxis(context, real, scales);
  return {
    ...value,
    name: context.emit('dequantize', [meaning(context, value.name, quantization)], {}),
  };
}

/** DynamicQuantizeLinear: the integers, their scale and their zero point, as far as they are used. */
export function readDynamicQuantize(context: NodeContext): readonly Value[] {
  const value = context.value(0);
  const [values = '', scale = '', zeroPoint = ''] = context.node.outputs;
  const emit = (result: 'values' | 'scale' | 'zero-point', output: string): string =>
    context.named(output).emit('dynamic-quantize', [value.name], { result });
  return [
    { ...value, name: emit('values', values) },
    ...(scale === '' ? [] : [valueInOrder(emit('scale', scale), [], [])]),
    ...(zeroPoint === '' ? [] : [valueInOrder(emit('zero-point', zeroPoint), [], [])]),
  ];
}

/** Cast between types of real numbers, all of which are float32 here, of integers to real numbers, and of those to whole ones. */
export function readCast(context: NodeContext): Value {
  const value = context.value(0);
  const to = elementType(context.integerAttribute('to', 0));
  return castValue(context, value, to);
}

/** CastLike: Cast to the second input's type. */
export function readCastLike(context: NodeContext): Value {
  const like = context.input(1);
  const type = like.kind === 'constant' ? like.type : (context.integerTypeOf(like) ?? 'float32');
  return castValue(context, context.value(0), type);
}

function castValue(context: NodeContext, value: Value, to: ElementType | undefined): Value {
  if (to !== undefined && to === context.integerTypeOf(value)) return value;
  const real = realNumbers(context, value);
  if (to === 'float32' || to === 'float16' || to === 'float64') return real;
  if (to === 'bool') return { ...real, name: last(context, isTrue(composer(context), real.name)) };
  if (to !== 'int32' && to !== 'int64')
    refuse(
      `casts what the network computes to ${to ?? 'an unknown type'}; float32, float16, float64, int32, int64 and bool are supported`,
    );
  // What was an integer is cut to what it is.
  return { ...real, name: context.emit('trunc', [real.name], {}) };
}
