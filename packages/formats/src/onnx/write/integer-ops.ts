/** @file How ops on quantized integers are written in ONNX: in real numbers, between DequantizeLinear and QuantizeLinear. */
import type { NodeOf, OpName } from '@sepconv/graph';
import { type Quantization, type Shape, storedRange, type Tensor, transposeTensor } from '@sepconv/tensor';
import { fileShape, type GraphWriter } from './graph-writer.js';
import { inputOf, type OpWriter, windowAttributes } from './op-writer.js';
import { elementTypes, type WrittenType } from './proto.js';
import { dequantized, dequantizeTo, quantizeTo, realNumbers, storeAs } from './quantization.js';

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

/** Gemm where it is a dense layer, as runtimes have one on integers; else MatMul, with the dimensions in the graph's order. */
const writeMatmul: OpWriter<'quantized-matmul'> = (writer, node, output) => {
  const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
  const [, , name] = node.inputs;
  const bias = name === undefined ? [] : [realBias(writer, name, meaningOf(writer, a), meaningOf(writer, b))];
  const [left, right] = [a, b].map((value) => realNumbers(writer, value)) as [string, string];
  const isDense = [a, b].every((value) => writer.shapeOf(value).length === 2);
  const { output: stored } = node.attributes;
  if (isDense) {
    storeAs(writer, writer.helper('Gemm', [left, right, ...bias], `${output}/real`), output, stored);
    return;
  }
  const inGraphOrder = (value: string, real: string): string =>
    writer.shapeOf(value).length === 4
      ? writer.helper('Transpose', [real], `${output}/nhwc`, { perm: [0, 2, 3, 1] })
      : real;
  let result = writer.helper('MatMul', [inGraphOrder(a, left), inGraphOrder(b, right)], `${output}/product`);
  if (bias.length > 0) result = writer.helper('Add', [result, ...bias], `${output}/sum`);
  if (writer.shapeOf(output).length === 4) {
    result = writer.helper('Transpose', [result], `${output}/real`, { perm: [0, 3, 1, 2] });
  }
  storeAs(writer, result, output, stored);
};

function writeBinary(
  writer: GraphWriter,
  node: NodeOf<'quantized-add'> | NodeOf<'quantized-mul'>,
  output: string,
  op: string,
): void {
  const rank = writer.shapeOf(output).length;
  const inputs = [0, 1].map((index) => {
    const name = inputOf(node, index);
    const file = writer.stretched(name, rank, `${output}/input-${index}`);
    return dequantized(writer, file, writer.typeOf(name), writer.elementsOf(name));
  });
  storeAs(writer, writer.helper(op, inputs, `${output}/real`), output, node.attributes.output);
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
  storeAs(writer, real, output, {
    dtype: writer.elementsOf(input) as 'int8' | 'uint8',
    scale: scale[0] as number,
    zeroPoint: zeroPoint[0] as number,
  });
};

/** Ops that are written here, with those that only say what integers mean, which in ONNX the op behind them does. */
export const integerWriters: { readonly [Name in OpName]?: OpWriter<Name> } = {
  dequantize: (writer, node, output) => dequantizeTo(writer, inputOf(node, 0), output),
  lookup: writeLookup,
  quantize: (writer, node, output) => {
    const { dtype, by: _, ...quantization } = node.attributes;
    quantizeTo(writer, writer.value(inputOf(node, 0)), output, dtype, quantization);
  },
  'quantized-add': (writer, node, output) => writeBinary(writer, node, output, 'Add'),
  'quantized-conv2d': writeConv,
  'quantized-global-average-pool2d': (writer, node, output) => {
    const mean = writer.helper(
      'GlobalAveragePool',
      [realNumbers(writer, inputOf(node, 0))],
      `${output}/real`,
    );
    storeAs(writer, mean, output, node.attributes.output);
  },
  'quantized-matmul': writeMatmul,
  'quantized-mul': (writer, node, output) => writeBinary(writer, node, output, 'Mul'),
  'quantized-resize2d': writeResize,
  reinterpret: (writer, node, output) => writer.node('Identity', [writer.value(inputOf(node, 0))], output),
};
