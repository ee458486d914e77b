/** @file How convolutions are written in ONNX. */
import type { NodeOf, Padding } from '@sepconv/graph';
import { reshapeTensor, type Tensor, transposeTensor } from '@sepconv/tensor';
import type { GraphWriter } from './graph-writer.js';
import { inputOf, windowAttributes } from './op-writer.js';
import type { WrittenAttribute } from './proto.js';

/** Conv with the weight as ONNX wants it, `[C_out, C_in / groups, K_h, K_w]`, and the bias as it is. */
export function writeConv(
  writer: GraphWriter,
  node: { readonly inputs: readonly string[] },
  output: string,
  weightOf: (weight: Tensor<'float32'>) => Tensor<'float32'>,
  attributes: Readonly<Record<string, WrittenAttribute>>,
  op = 'Conv',
): void {
  const weightName = inputOf(node, 1);
  const weight = writer.expectWeight(weightName, 'the weight');
  const inputs = [
    writer.value(inputOf(node, 0)),
    writer.constant(weightName, op, () => weightOf(weight)),
    ...node.inputs.slice(2).map((bias) => writer.value(bias)),
  ];
  writer.node(op, inputs, output, attributes);
}

export const hwioToOihw = (weight: Tensor<'float32'>): Tensor<'float32'> =>
  transposeTensor(weight, [3, 2, 0, 1]);

/** ConvTranspose's weight, `[C_in, C_out / groups, K_h, K_w]`: the groups' inputs one after the other. */
function hwioToIohw(weight: Tensor<'float32'>, groups: number): Tensor<'float32'> {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = weight.shape;
  const grouped = reshapeTensor(weight, [height, width, inputs, groups, outputs / groups]);
  const turned = transposeTensor(grouped, [3, 2, 4, 0, 1]);
  return reshapeTensor(turned, [groups * inputs, outputs / groups, height, width]);
}

/**
 * ConvTranspose. Runtimes refuse an output padding of a stride and more: it is cut less off the output then, and what is left of it no tap
 * reaches, so that it has nothing but the bias.
 */
export function writeConvTranspose(
  writer: GraphWriter,
  node: NodeOf<'conv-transpose2d'>,
  output: string,
): void {
  const { groups, strides, padding, outputPadding } = node.attributes;
  const weightOf = (weight: Tensor<'float32'>) => hwioToIohw(weight, groups);
  const write = (inputs: readonly string[], name: string, pads: Padding, added: readonly number[]): void => {
    const window = windowAttributes({ ...node.attributes, padding: pads });
    const attributes = { ...window, group: groups, output_padding: added };
    writeConv(writer, { inputs }, name, weightOf, attributes, 'ConvTranspose');
  };
  if (outputPadding.every((size, axis) => size < (strides[axis] as number))) {
    write(node.inputs, output, padding, outputPadding);
    return;
  }
  const { bottom, right } = padding;
  const [below, beside] = outputPadding;
  const pads = { ...padding, bottom: Math.max(0, bottom - below), right: Math.max(0, right - beside) };
  const rest = [0, 0, 0, 0, 0, 0, Math.max(0, below - bottom), Math.max(0, beside - right)];
  const [input = '', weight = '', bias] = node.inputs;
  const product = writer.unique(`${output}/product`);
  write([input, weight], product, pads, [0, 0]);
  const wider = writer.integers(rest, `${output}/border`);
  if (bias === undefined) {
    writer.node('Pad', [product, wider], output);
    return;
  }
  const padded = writer.helper('Pad', [product, wider], `${output}/padded`);
  const column = writer.constant(bias, 'beside an image', () => {
    const { data } = writer.expectWeight(bias, 'the bias');
    return { shape: [data.length, 1, 1], data };
  });
  writer.node('Add', [padded, column], output);
}

/** `[K_h, K_w, C, M]` lies as `[K_h, K_w, 1, C · M]`. */
export function hwcmToOihw(weight: Tensor<'float32'>): Tensor<'float32'> {
  const [height = 0, width = 0, channels = 0, multiplier = 0] = weight.shape;
  return hwioToOihw(reshapeTensor(weight, [height, width, 1, channels * multiplier]));
}
