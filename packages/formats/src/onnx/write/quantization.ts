/** @file DequantizeLinear and QuantizeLinear: between the integers of a file and the real numbers that its ops compute with. */
import { type StoredAs, storedBounds, type ValueType } from '@sepconv/graph';
import { type Quantization, storedRange } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { fileAxis, type GraphWriter, typedArray } from './graph-writer.js';
import type { WrittenAttribute, WrittenType } from './proto.js';

/** Scales and zero points as two constants; along an axis of the file where there are several. */
function pairs(
  writer: GraphWriter,
  stem: string,
  type: WrittenType,
  { scale, zeroPoint, axis }: Quantization,
  inFile: (axis: number) => number,
): { readonly inputs: readonly string[]; readonly attributes: Readonly<Record<string, WrittenAttribute>> } {
  const shape = axis === undefined ? [] : [scale.length];
  const key = [type, axis, ...scale, ...zeroPoint].join(' ');
  const inputs = [
    writer.constant(`${stem}/scale`, key, () => ({ shape, data: Float32Array.from(scale) })),
    writer.constant(`${stem}/zero-point`, key, () => ({ shape, data: typedArray(type, zeroPoint) })),
  ];
  return { inputs, attributes: axis === undefined ? {} : { axis: inFile(axis) } };
}

/** Scale and zero point of integers, one number each or a list of each, as an op of integers takes them. */
export const scaleAndZero = (
  writer: GraphWriter,
  stem: string,
  type: WrittenType,
  quantization: Quantization,
): readonly string[] => pairs(writer, stem, type, quantization, (axis) => axis).inputs;

/**
 * The real numbers of integers in the file, as the name of a value.
 *
 * @param file name of the integers in the file.
 * @param inFile where the file has a dimension of the graph. Default: as images and other values have it.
 */
export function dequantized(
  writer: GraphWriter,
  file: string,
  { shape, quantization }: Pick<ValueType, 'shape' | 'quantization'>,
  type: WrittenType,
  inFile = (axis: number): number => fileAxis(axis, shape.length),
): string {
  if (quantization === undefined) return refuse(`reads ${type} without scale and zero point`);
  return writer.shared(`dequantized ${file} ${quantization.scale.join(' ')}`, () => {
    const { inputs, attributes } = pairs(writer, file, type, quantization, inFile);
    return writer.helper('DequantizeLinear', [file, ...inputs], `${file}/real`, attributes);
  });
}

/** The real numbers of a value of the graph. */
export function realNumbers(writer: GraphWriter, value: string): string {
  const type = writer.elementsOf(value);
  const file = writer.value(value);
  return type === 'float32' ? file : dequantized(writer, file, writer.typeOf(value), type);
}

/** Appends what makes a value of the graph out of the integers that it stands for. */
export function dequantizeTo(writer: GraphWriter, value: string, output: string): void {
  const { shape, quantization = refuse('reads integers without scale and zero point') } =
    writer.typeOf(value);
  const inFile = (axis: number): number => fileAxis(axis, shape.length);
  const { inputs, attributes } = pairs(writer, output, writer.elementsOf(value), quantization, inFile);
  writer.node('DequantizeLinear', [writer.value(value), ...inputs], output, attributes);
}

/** Stores real numbers as the integers of a value of the graph. */
export function quantizeTo(
  writer: GraphWriter,
  real: string,
  output: string,
  type: 'int8' | 'uint8',
  quantization: Quantization,
): void {
  const rank = writer.shapeOf(output).length;
  const { inputs, attributes } = pairs(writer, output, type, quantization, (axis) => fileAxis(axis, rank));
  writer.node('QuantizeLinear', [real, ...inputs], output, attributes);
}

/** Writes an op whose result is clipped as integers where it is to hold less than its type does. */
export function clippedTo(
  writer: GraphWriter,
  output: string,
  stored: StoredAs,
  write: (result: string) => void,
): void {
  const [bounds, range] = [storedBounds(stored), storedRange(stored.dtype)];
  if (bounds.min === range.min && bounds.max === range.max) {
    write(output);
    return;
  }
  const result = writer.unique(`${output}/unclipped`);
  write(result);
  const limits = [bounds.min, bounds.max].map((one) => writer.scalar(one, `${output}/bound`, stored.dtype));
  writer.node('Clip', [result, ...limits], output);
}

/**
 * Stores real numbers as an op says that its result is stored. What is clipped to less than the type holds is clipped as
 * integers, so that a runtime sees the sum and its quantization side by side.
 */
export function storeAs(writer: GraphWriter, real: string, output: string, stored: StoredAs): void {
  const { dtype, scale, zeroPoint } = stored;
  const { inputs } = pairs(writer, output, dtype, { scale: [scale], zeroPoint: [zeroPoint] }, (axis) => axis);
  clippedTo(writer, output, stored, (integers) => writer.node('QuantizeLinear', [real, ...inputs], integers));
}

/**
 * Real numbers that a runtime does not join with what stores them, where files are exact: onnxruntime's integer sums and products of two
 * values, and its means, round otherwise on every kind of processor. A sum of one leaves them as they are, and nothing takes it away.
 */
export const keptApart = (writer: GraphWriter, real: string, output: string): string =>
  writer.exact ? writer.helper('Sum', [real], `${output}/apart`) : real;

/** Runs `write` on the real numbers of a value, and stores the result as `output`'s type is; real numbers stay as they are. */
export function inRealNumbers(
  writer: GraphWriter,
  value: string,
  output: string,
  write: (input: string, result: string) => void,
): void {
  const { dtype, quantization } = writer.typeOf(output);
  if (dtype !== 'int8' && dtype !== 'uint8') {
    write(writer.value(value), output);
    return;
  }
  const result = writer.unique(`${output}/real`);
  // A mean of integers is that of what they stand for, whatever that is.
  const meaning = quantization ?? { scale: [1], zeroPoint: [0] };
  write(
    dequantized(writer, writer.value(value), { ...writer.typeOf(value), quantization: meaning }, dtype),
    result,
  );
  quantizeTo(writer, keptApart(writer, result, output), output, dtype, meaning);
}
