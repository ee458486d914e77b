/** @file Products of integers as ONNX's own ops: with scales, by which a runtime requantizes the sums, and without. */
import type { NodeOf, OpName, StoredAs } from '@sepconv/graph';
import { type Quantization, type Tensor, transposeTensor } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { GraphWriter } from './graph-writer.js';
import { typedArray } from './graph-writer.js';
import { integerWriters } from './integer-ops.js';
import { inputOf, type OpWriter, windowAttributes } from './op-writer.js';
import type { WrittenType } from './proto.js';
import { clippedTo, scaleAndZero } from './quantization.js';

const meaningOf = (writer: GraphWriter, value: string): Quantization =>
  writer.typeOf(value).quantization ?? refuse('reads integers without scale and zero point');

/** Scale and zero point of a value. */
const pairOf = (writer: GraphWriter, value: string): readonly string[] =>
  scaleAndZero(writer, value, writer.elementsOf(value), meaningOf(writer, value));

/** Scale and zero point of a result. */
const resultPair = (writer: GraphWriter, output: string, { dtype, scale, zeroPoint }: StoredAs) =>
  scaleAndZero(writer, output, dtype, { scale: [scale], zeroPoint: [zeroPoint] });

const toOihw = (weight: Tensor<WrittenType>): Tensor<WrittenType> => transposeTensor(weight, [3, 2, 0, 1]);

/** QLinearConv. */
const writeConv: OpWriter<'quantized-conv2d'> = (writer, node, output) => {
  const [input, weight] = [inputOf(node, 0), inputOf(node, 1)];
  const stored = writer.expectStored(weight, 'the weight');
  const { groups, output: result } = node.attributes;
  const inputs = [
    writer.value(input),
    ...pairOf(writer, input),
    writer.constant(weight, 'Conv', () => toOihw(stored)),
    ...pairOf(writer, weight),
    ...resultPair(writer, output, result),
    ...node.inputs.slice(2).map((bias) => writer.value(bias)),
  ];
  const attributes = { ...windowAttributes(node.attributes), group: groups };
  clippedTo(writer, output, result, (name) => writer.node('QLinearConv', inputs, name, attributes));
};

/** The dimensions of matrices in the graph's order, which the file's images have not. */
function inGraphOrder(writer: GraphWriter, value: string, output: string): string {
  const file = writer.value(value);
  return writer.shapeOf(value).length === 4
    ? writer.helper('Transpose', [file], `${output}/nhwc`, { perm: [0, 2, 3, 1] })
    : file;
}

/** Runs `write` for a product, and brings its result into the file's order. */
function matrixResult(
  writer: GraphWriter,
  output: string,
  rank: number,
  write: (result: string) => void,
): void {
  if (rank !== 4) {
    write(output);
    return;
  }
  const result = writer.unique(`${output}/product`);
  write(result);
  writer.node('Transpose', [result], output, { perm: [0, 3, 1, 2] });
}

/** QLinearMatMul, which has no bias: with one, the rows are pixels of a QLinearConv. */
const writeMatmul: OpWriter<'quantized-matmul'> = (writer, node, output) => {
  const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
  const [, , bias] = node.inputs;
  const { output: stored } = node.attributes;
  const rank = writer.shapeOf(output).length;
  const result = resultPair(writer, output, stored);
  if (bias === undefined) {
    const [left, right] = [inGraphOrder(writer, a, output), inGraphOrder(writer, b, output)];
    const inputs = [left, ...pairOf(writer, a), right, ...pairOf(writer, b), ...result];
    clippedTo(writer, output, stored, (clipped) =>
      matrixResult(writer, clipped, rank, (name) => writer.node('QLinearMatMul', inputs, name)),
    );
    return;
  }
  const weight = writer.expectStored(b, 'the weight of a product with a bias');
  const [depth = 1, columns = 1] = weight.shape.slice(-2);
  if (weight.data.length !== depth * columns)
    refuse(
      'a product with a bias needs one matrix on the right: leave the bias out, or write the form "qdq"',
    );
  const kernel = writer.constant(b, 'QLinearConv of rows', () => {
    const { data } = transposeTensor({ ...weight, shape: [depth, columns] } as Tensor<WrittenType>, [1, 0]);
    return { shape: [columns, depth, 1, 1], data };
  });
  const rows = [-1, depth, 1, 1];
  const pixels = writer.helper(
    'Reshape',
    [inGraphOrder(writer, a, output), writer.integers(rows, `${output}/rows`)],
    `${output}/pixels`,
  );
  const inputs = [pixels, ...pairOf(writer, a), kernel, ...pairOf(writer, b), ...result, writer.value(bias)];
  clippedTo(writer, output, stored, (clipped) =>
    matrixResult(writer, clipped, rank, (name) => {
      const sums = writer.helper('QLinearConv', inputs, `${output}/sums`);
      const shape = writer.integers(writer.shapeOf(output), `${output}/shape`);
      writer.node('Reshape', [sums, shape], name);
    }),
  );
};

/** Zero points of an op on plain integers: the first operand's, which may be computed, and the weight's. */
function zeros(writer: GraphWriter, node: { readonly inputs: readonly string[] }, output: string): string[] {
  const [input, weight, zero] = [inputOf(node, 0), inputOf(node, 1), node.inputs[2]];
  const pointsOf = (value: string): string => {
    const points = writer.typeOf(value).quantization?.zeroPoint ?? [0];
    const [first = 0] = points;
    const type = writer.elementsOf(value);
    if (points.every((point) => point === first)) return writer.scalar(first, `${output}/zero`, type);
    return writer.constant(`${output}/zeros`, `${type} ${points.join(' ')}`, () => ({
      shape: [points.length],
      data: typedArray(type, points),
    }));
  };
  return [zero === undefined ? pointsOf(input) : writer.value(zero), pointsOf(weight)];
}

/** ConvInteger. */
const writeConvInteger: OpWriter<'conv-integer'> = (writer, node, output) => {
  const [input, weight] = [inputOf(node, 0), inputOf(node, 1)];
  const stored = writer.expectStored(weight, 'the weight');
  const kernel = writer.constant(weight, 'Conv', () => toOihw(stored));
  const { groups } = node.attributes;
  const inputs = [writer.value(input), kernel, ...zeros(writer, node, output)];
  writer.node('ConvInteger', inputs, output, { ...windowAttributes(node.attributes), group: groups });
};

/** MatMulInteger. */
const writeMatmulInteger: OpWriter<'matmul-integer'> = (writer, node, output) => {
  const operands = [0, 1].map((index) => inGraphOrder(writer, inputOf(node, index), output));
  const inputs = [...operands, ...zeros(writer, node, output)];
  matrixResult(writer, output, writer.shapeOf(output).length, (name) =>
    writer.node('MatMulInteger', inputs, name),
  );
};

/** DynamicQuantizeLinear, of whose three results a node of the graph is one. */
const writeDynamicQuantize: OpWriter<'dynamic-quantize'> = (writer, node, output) => {
  const at = ['values', 'scale', 'zero-point'].indexOf(node.attributes.result);
  const outputs = [0, 1, 2].map((index) => (index === at ? output : writer.unique(`${output}/unused`)));
  writer.nodeOf('DynamicQuantizeLinear', [writer.value(inputOf(node, 0))], outputs);
};

/** Ops on integers without scales, which have one form. */
export const plainIntegerWriters: { readonly [Name in OpName]?: OpWriter<Name> } = {
  'conv-integer': writeConvInteger,
  'dynamic-quantize': writeDynamicQuantize,
  'matmul-integer': writeMatmulInteger,
};

/** Whether a runtime has a product of integers for it: onnxruntime's results are of the type of what goes in, and int8 goes by int8. */
const keepsType = (
  writer: GraphWriter,
  node: NodeOf<'quantized-conv2d'> | NodeOf<'quantized-matmul'>,
): boolean => {
  const type = writer.elementsOf(inputOf(node, 0));
  return (
    type === node.attributes.output.dtype &&
    (type === 'uint8' || writer.elementsOf(inputOf(node, 1)) === type)
  );
};

/** Products with scales as ops on integers, where the type of what they read is that of their result; others in real numbers. */
export const linearWriters: { readonly [Name in OpName]?: OpWriter<Name> } = {
  'quantized-conv2d': (writer, node, output) =>
    (keepsType(writer, node) ? writeConv : integerWriters['quantized-conv2d'])?.(writer, node, output),
  'quantized-matmul': (writer, node, output) =>
    (keepsType(writer, node) ? writeMatmul : integerWriters['quantized-matmul'])?.(writer, node, output),
};
