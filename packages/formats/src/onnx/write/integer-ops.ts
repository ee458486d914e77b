/** @file How ops on quantized integers are written in ONNX: in real numbers, between DequantizeLinear and QuantizeLinear. */
import type { NodeOf, OpName } from '@sepconv/graph';
import { type Quantization, type Shape, storedRange, type Tensor, transposeTensor } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { fileAxis, fileShape, type GraphWriter } from './graph-writer.js';
import { mostNumbers, writeByteMean } from './means.js';
import { inputOf, type OpWriter, windowAttributes } from './op-writer.js';
import { elementTypes, type WrittenType } from './proto.js';
import { dequantized, dequantizeTo, keptApart, quantizeTo, realNumbers, storeAs } from './quantization.js';

/** A layer's bias as real numbers: int32 in units of the input's scale times the weight's, one after the other in the file. */
function realBias(
  writer: GraphWriter,
  bias: string,
  { scale: [inputScale = 1] }: Quantization,
  weight: Quantization,
): string {
  const scale = weight.scale.map((step) => Math.fround(inputScale * step));
  const quantization = {
    scale,
    zeroPoint: scale.map(() => 0),
    ...(scale.length > 1 && { axis: 0 }),
  };
  const type = writer.typeOf(bias);
  return dequantized(writer, writer.value(bias), { ...type, quantization }, 'int32');
}

const meaningOf = (writer: GraphWriter, value: string): Quantization =>
  writer.typeOf(value).quantization as Quantization;

const writeConv: OpWriter<'quantized-conv2d'> = (writer, node, output) => {
  const [input, weight] = [inputOf(node, 0), inputOf(node, 1)];
  const stored: Tensor<WrittenType> = writer.expectStored(weight, 'the weight');
  const turned = writer.constant(weight, 'Conv', () => transposeTensor(stored, [3, 2, 0, 1]));
  const type = writer.typeOf(weight);
  const [, , bias] = node.inputs;
  const inputs = [
    realNumbers(writer, input),
    // Only output channels have scales of their own, and they come first in the file.
    dequantized(writer, turned, type, writer.elementsOf(weight), () => 0),
    ...(bias === undefined
      ? []
      : [realBias(writer, bias, meaningOf(writer, input), meaningOf(writer, weight))]),
  ];
  const { groups, output: result } = node.attributes;
  const attributes = { ...windowAttributes(node.attributes), group: groups };
  storeAs(writer, writer.helper('Conv', inputs, `${output}/real`, attributes), output, result);
};

/** The real numbers of a matrix, with the dimensions in the graph's order. */
function matrixNumbers(writer: GraphWriter, value: string, output: string): string {
  const real = realNumbers(writer, value);
  return writer.shapeOf(value).length === 4
    ? writer.helper('Transpose', [real], `${output}/nhwc`, { perm: [0, 2, 3, 1] })
    : real;
}

/** Gemm of all rows by one matrix: runtimes have it on integers. Bytes take another shape, so that numbers stay beside their product. */
function writeRows(
  writer: GraphWriter,
  node: NodeOf<'quantized-matmul'>,
  output: string,
  bias: readonly string[],
): void {
  const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
  const [type, shape] = [writer.typeOf(a), writer.shapeOf(a)];
  const weight = writer.expectStored(b, 'the weight');
  const [depth = 1, columns = 1] = weight.shape.slice(-2);
  const { output: stored } = node.attributes;
  const rowsOf = (bytes: string): string =>
    writer.helper('Reshape', [bytes, writer.integers([-1, depth], `${output}/rows`)], `${output}/input-rows`);
  const inOrder =
    shape.length === 4
      ? writer.helper('Transpose', [writer.value(a)], `${output}/nhwc`, { perm: [0, 2, 3, 1] })
      : writer.value(a);
  const matrix = writer.constant(b, 'Gemm of rows', () => ({ shape: [depth, columns], data: weight.data }));
  const inputs = [
    dequantized(writer, shape.length === 2 ? inOrder : rowsOf(inOrder), type, writer.elementsOf(a)),
    dequantized(writer, matrix, writer.typeOf(b), writer.elementsOf(b), () => 1),
    ...bias,
  ];
  const real = writer.helper('Gemm', inputs, `${output}/real`);
  if (shape.length === 2) {
    storeAs(writer, real, output, stored);
    return;
  }
  const rows = writer.unique(`${output}/output-rows`);
  storeAs(writer, real, rows, stored);
  const whole = writer.shapeOf(output);
  const restored = (name: string): void =>
    writer.node('Reshape', [rows, writer.integers(whole, `${output}/shape`)], name);
  if (whole.length !== 4) {
    restored(output);
    return;
  }
  const image = writer.unique(`${output}/image`);
  restored(image);
  writer.node('Transpose', [image], output, { perm: [0, 3, 1, 2] });
}

/** Gemm where it is a dense layer, as runtimes have one on integers; else MatMul, with the dimensions in the graph's order. */
const writeMatmul: OpWriter<'quantized-matmul'> = (writer, node, output) => {
  const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
  const [, , name] = node.inputs;
  const bias = name === undefined ? [] : [realBias(writer, name, meaningOf(writer, a), meaningOf(writer, b))];
  const weight = writer.weight(b);
  const [depth = 1, columns = 1] = writer.shapeOf(b).slice(-2);
  const isDense = writer.shapeOf(a).length === 2 || bias.length > 0;
  if (isDense && weight?.data.length === depth * columns) {
    writeRows(writer, node, output, bias);
    return;
  }
  const matrices = [matrixNumbers(writer, a, output), matrixNumbers(writer, b, output)];
  const { output: stored } = node.attributes;
  let result = writer.helper('MatMul', matrices, `${output}/product`);
  if (bias.length > 0) {
    const sum = writer.helper('Add', [result, ...bias], `${output}/sum`);
    result = keptApart(writer, sum, output);
  }
  if (writer.shapeOf(output).length === 4) {
    result = writer.helper('Transpose', [result], `${output}/real`, { perm: [0, 3, 1, 2] });
  }
  storeAs(writer, result, output, stored);
};

/** The sum or the product of the real numbers of two values, one of which may be stretched. */
function writeBinary(
  writer: GraphWriter,
  node: NodeOf<'quantized-add'> | NodeOf<'quantized-mul'>,
  output: string,
): void {
  const rank = writer.shapeOf(output).length;
  const inputs = [0, 1].map((index) => {
    const name = inputOf(node, index);
    const file = writer.stretched(name, rank, `${output}/input-${index}`);
    return dequantized(writer, file, writer.typeOf(name), writer.elementsOf(name));
  });
  const combine = (op: string): string => writer.helper(op, inputs, `${output}/real`);
  // A Sum is an Add that no runtime joins to one of integers, whose rounding differs from processor to processor.
  const sum = (): string => combine(writer.exact ? 'Sum' : 'Add');
  const real = node.op === 'quantized-add' ? sum() : keptApart(writer, combine('Mul'), output);
  storeAs(writer, real, output, node.attributes.output);
}

/** How far into the table the row of each channel begins, less the least integer; channels come second in a file's images. */
function writeOffsets(writer: GraphWriter, table: Shape, least: number, output: string): string | undefined {
  const [rows = 1] = table.length === 2 ? table : [];
  if (rows === 1) return least === 0 ? undefined : writer.scalar(-least, `${output}/least`, 'int32');
  const shape = writer.shapeOf(output).length === 4 ? [rows, 1, 1] : [rows];
  return writer.constant(`${output}/rows`, `${rows} rows above ${least}`, () => ({
    shape,
    data: Int32Array.from({ length: rows }, (_, row) => 256 * row - least),
  }));
}

/** Gather from the table by how far an integer lies above the least of its type. */
const writeLookup: OpWriter<'lookup'> = (writer, node, output) => {
  const [input, name] = [inputOf(node, 0), inputOf(node, 1)];
  const integers = writer.helper('Cast', [writer.value(input)], `${output}/integers`, {
    to: elementTypes.int32,
  });
  const { min } = storedRange(writer.elementsOf(input) as 'int8' | 'uint8');
  const shape = writer.shapeOf(name);
  const offsets = writeOffsets(writer, shape, min, output);
  const indices =
    offsets === undefined ? integers : writer.helper('Add', [integers, offsets], `${output}/indices`);
  const flat = (): string => writer.integers([-1], `${output}/flat`);
  const table =
    shape.length === 1
      ? writer.value(name)
      : writer.helper('Reshape', [writer.value(name), flat()], `${output}/table`);
  writer.node('Gather', [table, indices], output, { axis: 0 });
};

/** A change of size in real numbers, whose result is stored as the image is. */
const writeResize: OpWriter<'quantized-resize2d'> = (writer, node, output) => {
  const input = inputOf(node, 0);
  const { scale, zeroPoint } = meaningOf(writer, input);
  const sizes = writer.integers(fileShape(writer.shapeOf(output)), `${output}/sizes`);
  const real = writer.helper('Resize', [realNumbers(writer, input), '', '', sizes], `${output}/real`, {
    mode: 'linear',
    coordinate_transformation_mode: node.attributes.coordinates.replaceAll('-', '_'),
  });
  storeAs(writer, keptApart(writer, real, output), output, {
    dtype: writer.elementsOf(input) as 'int8' | 'uint8',
    scale: scale[0] as number,
    zeroPoint: zeroPoint[0] as number,
  });
};

/** How fast the exponentials of a softmax's table fall with each step. */
function slopeOf({ data }: Tensor): number {
  const [first = 0, second = 0] = data;
  const slope = first === 1 && second > 0 ? -Math.log(second) : Number.NaN;
  const isExponential = data.every(
    (entry, d) => Math.abs(entry / Math.exp(-slope * d) - 1) < 1e-3 || entry < 1e-30,
  );
  return isExponential ? slope : refuse('the table of a softmax must hold the powers of one number');
}

/** Softmax of real numbers, whose scale is that of the table. */
const writeSoftmax: OpWriter<'quantized-softmax'> = (writer, node, output) => {
  const slope = slopeOf(writer.expectStored(inputOf(node, 1), 'the table of a softmax'));
  const input = inputOf(node, 0);
  const { scale } = meaningOf(writer, input);
  const real = realNumbers(writer, input);
  const beta = slope / (scale[0] as number);
  const isPlain = scale.length === 1 && Math.abs(beta - 1) < 1e-5;
  const scaled = isPlain
    ? real
    : writer.helper('Mul', [real, writer.scalar(beta, `${output}/beta`)], `${output}/scaled`);
  const axis = fileAxis(writer.shapeOf(output).length - 1, writer.shapeOf(output).length);
  const shares = writer.helper('Softmax', [scaled], `${output}/real`, { axis });
  storeAs(writer, keptApart(writer, shares, output), output, node.attributes.output);
};

const writeGlobalMean: OpWriter<'quantized-global-average-pool2d'> = (writer, node, output) => {
  const input = inputOf(node, 0);
  const [, height = 1, width = 1] = writer.shapeOf(input);
  const { output: stored, requantize } = node.attributes;
  const window = [height, width] as const;
  const halvesUp = requantize === 'stored';
  if (writer.exact && height * width <= mostNumbers) {
    writeByteMean(writer, { input, output, window, strides: [1, 1], stored, halvesUp });
    return;
  }
  const mean = writer.helper('GlobalAveragePool', [realNumbers(writer, input)], `${output}/real`);
  storeAs(writer, keptApart(writer, mean, output), output, stored);
};

/** Ops that are written here, with those that only say what integers mean, which in ONNX the op behind them does. */
export const integerWriters: { readonly [Name in OpName]?: OpWriter<Name> } = {
  dequantize: (writer, node, output) => dequantizeTo(writer, inputOf(node, 0), output),
  lookup: writeLookup,
  quantize: (writer, node, output) => {
    const { dtype, by: _, ...quantization } = node.attributes;
    const input = inputOf(node, 0);
    const real = writer.value(input);
    const apart = writer.isComputed(input) ? keptApart(writer, real, output) : real;
    quantizeTo(writer, apart, output, dtype, quantization);
  },
  'quantized-add': writeBinary,
  'quantized-conv2d': writeConv,
  'quantized-global-average-pool2d': writeGlobalMean,
  'quantized-matmul': writeMatmul,
  'quantized-mul': writeBinary,
  'quantized-resize2d': writeResize,
  'quantized-softmax': writeSoftmax,
  reinterpret: (writer, node, output) => writer.node('Identity', [writer.value(inputOf(node, 0))], output),
};
