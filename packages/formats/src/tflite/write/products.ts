/** @file How sums of products of real numbers are written. */
import type { HeightWidth, NodeOf, OpName, Padding } from '@sepconv/graph';
import { dilatedExtent, noPadding } from '@sepconv/graph';
import { elementCount, reshapeTensor, type Tensor, transposeTensor } from '@sepconv/tensor';
import type { WrittenField } from './encode.js';
import type { TfliteWriter } from './graph-writer.js';
import {
  activated,
  bordered,
  inputOf,
  int8,
  int32,
  type OpWriter,
  options,
  padding,
  paddingOf,
  type Target,
} from './op-writer.js';

type Weight = Tensor<'float32'>;

/** A window of a convolution, whatever its numbers are. */
export interface ConvolutionWindow {
  readonly window: HeightWidth;
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly padding: Padding;
}

/** The image as the operator takes it, and what it says of its window: padding that TFLite has no word for is a border. */
export function windowed(
  writer: TfliteWriter,
  image: number,
  { window, strides, dilations, padding: amounts }: ConvolutionWindow,
  stem: string,
): { readonly image: number; readonly fields: readonly WrittenField[] } {
  const [, height = 0, width = 0] = writer.tensorType(image).shape;
  const said = paddingOf(amounts, [height, width], window, strides, dilations);
  return {
    image: said === undefined ? bordered(writer, image, amounts, `${stem}/padded`) : image,
    fields: [int8(0, said ?? padding.valid), int32(1, strides[1]), int32(2, strides[0])],
  };
}

/** `[K_h, K_w, C_in / groups, C_out]` as `[C_out, K_h, K_w, C_in / groups]`. */
export const hwioToOhwi = <T extends Tensor>(weight: T): T => transposeTensor(weight, [3, 0, 1, 2]) as T;

/** `[K_h, K_w, C, M]`, or with a group for each channel `[K_h, K_w, 1, C · M]`, as `[1, K_h, K_w, C · M]`. */
export function toDepthwise<T extends Tensor>(weight: T): T {
  const [height = 0, width = 0, channels = 0, multiplier = 0] = weight.shape;
  return reshapeTensor(weight, [1, height, width, channels * multiplier]) as T;
}

/** Names of the image, the weight and what else a convolution reads. */
type Convolution = { readonly op: OpName; readonly inputs: readonly string[] };

/**
 * The bias of a convolution, where it has none zeros: a runtime refuses CONV_2D without one, and DEPTHWISE_CONV_2D reads what lies in
 * memory.
 */
function biasOf(writer: TfliteWriter, node: Convolution, name: string): number {
  const [, weight = '', bias] = node.inputs;
  if (bias !== undefined) return writer.value(bias);
  const [, , inputs = 1, outputs = 1] = writer.shapeOf(weight);
  const isDepthwise = node.op === 'depthwise-conv2d';
  return writer.numbers(new Float32Array(isDepthwise ? inputs * outputs : outputs), `${name}/bias`);
}

function writeConvolution(
  writer: TfliteWriter,
  node: Convolution,
  { output, name, activation }: Target,
  said: ConvolutionWindow,
): void {
  const { image, fields } = windowed(writer, writer.value(inputOf(node, 0)), said, name);
  const weight = writer.realWeight(inputOf(node, 1), 'OHWI', hwioToOhwi<Weight>);
  const bias = biasOf(writer, node, name);
  const dilations = [int32(4, said.dilations[1]), int32(5, said.dilations[0])];
  writer.operator(
    'CONV_2D',
    [image, weight, bias],
    [output],
    options(1, ...fields, int8(3, activation), ...dilations),
  );
}

function writeDepthwise(
  writer: TfliteWriter,
  node: Convolution,
  { output, name, activation }: Target,
  said: ConvolutionWindow,
): void {
  const { image, fields } = windowed(writer, writer.value(inputOf(node, 0)), said, name);
  const weight = writer.realWeight(inputOf(node, 1), 'depthwise', toDepthwise<Weight>);
  const bias = biasOf(writer, node, name);
  const multiplier =
    (writer.tensorType(weight).shape[3] as number) / (writer.tensorType(image).shape[3] as number);
  const rest = [int8(4, activation), int32(5, said.dilations[1]), int32(6, said.dilations[0])];
  writer.operator(
    'DEPTHWISE_CONV_2D',
    [image, weight, bias],
    [output],
    options(2, ...fields, int32(3, multiplier), ...rest),
  );
}

/** Height and width of a weight whose first two dimensions are those. */
const windowOf = (writer: TfliteWriter, node: Convolution): HeightWidth => {
  const [height = 1, width = 1] = writer.shapeOf(inputOf(node, 1));
  return [height, width];
};

export const writeConv2d: OpWriter<'conv2d'> = (writer, node, target) => {
  const { groups, ...attributes } = node.attributes;
  const said = { ...attributes, window: windowOf(writer, node) };
  const isDepthwise = groups > 1 && writer.shapeOf(inputOf(node, 1))[2] === 1;
  (isDepthwise ? writeDepthwise : writeConvolution)(writer, node, target, said);
};

export const writeDepthwiseConv2d: OpWriter<'depthwise-conv2d'> = (writer, node, target) =>
  writeDepthwise(writer, node, target, { ...node.attributes, window: windowOf(writer, node) });

export const writePointwiseConv2d: OpWriter<'pointwise-conv2d'> = (writer, node, target) =>
  writeConvolution(writer, node, target, {
    window: [1, 1],
    strides: [1, 1],
    dilations: [1, 1],
    padding: noPadding,
  });

export const writeDense: OpWriter<'dense'> = (writer, node, target) => {
  const weight = writer.realWeight(inputOf(node, 1), 'OI', (tensor) => transposeTensor(tensor, [1, 0]));
  const bias = node.inputs.slice(2).map((value) => writer.value(value));
  const inputs = [writer.value(inputOf(node, 0)), weight, ...bias];
  writer.operator('FULLY_CONNECTED', inputs, [target.output], activated(8, target));
};

export const writeMatmul: OpWriter<'matmul'> = (writer, node, { output }) => {
  const inputs = [0, 1].map((index) => writer.value(inputOf(node, index)));
  writer.operator('BATCH_MATMUL', inputs, [output], options(101, int8(0, 0), int8(1, 0)));
};

/** A kernel with zeros between its taps and behind them, so that it has no dilation and reaches as far as is wanted. */
function spread(weight: Weight, dilations: HeightWidth, behind: HeightWidth): Weight {
  if (dilations.every((dilation) => dilation === 1) && behind.every((more) => more === 0)) return weight;
  const [height = 0, width = 0, inputs = 0, outputs = 0] = weight.shape;
  const reach = [
    dilatedExtent(height, dilations[0]) + behind[0],
    dilatedExtent(width, dilations[1]) + behind[1],
  ];
  const shape = [...reach, inputs, outputs];
  const data = new Float32Array(elementCount(shape));
  const row = inputs * outputs;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * row;
      const to = (y * dilations[0] * (shape[1] as number) + x * dilations[1]) * row;
      data.set(weight.data.subarray(from, from + row), to);
    }
  }
  return { ...weight, shape, data };
}

/** Channels `[from, to)` of a tensor's last dimension. */
function channelsOf(writer: TfliteWriter, tensor: number, from: number, to: number, stem: string): number {
  const { shape, ...type } = writer.tensorType(tensor);
  const begin = shape.map((_, axis) => (axis === shape.length - 1 ? from : 0));
  const size = shape.with(-1, to - from);
  const inputs = [tensor, writer.integers(begin, `${stem}/begin`), writer.integers(size, `${stem}/size`)];
  return writer.helperOperator('SLICE', inputs, { stem, ...type, shape: size });
}

/** What a group of a transposed convolution reads and gives, and whether it is cut as TensorFlow's SAME cuts. */
interface TransposedParts {
  readonly image: number;
  readonly output: number;
  readonly name: string;
  readonly isSame?: boolean;
}

/** One group of a transposed convolution. */
function writeTransposed(
  writer: TfliteWriter,
  node: NodeOf<'conv-transpose2d'>,
  group: number,
  { image, output, name, isSame = false }: TransposedParts,
): void {
  const { groups, strides, dilations, outputPadding } = node.attributes;
  const { shape } = writer.tensorType(output);
  const outputs = shape[3] as number;
  const part = (tensor: Tensor<'float32'>): Tensor<'float32'> => {
    if (groups === 1) return tensor;
    const rows = tensor.data.length / (groups * outputs);
    const data = new Float32Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      const start = (row * groups + group) * outputs;
      data.set(tensor.data.subarray(start, start + outputs), row * outputs);
    }
    return { ...tensor, shape: tensor.shape.with(-1, outputs), data };
  };
  const how = `transposed ${group}/${groups} ${dilations.join()} ${outputPadding.join()}`;
  const weight = writer.realWeight(inputOf(node, 1), how, (tensor) =>
    hwioToOhwi(part(spread(tensor, dilations, outputPadding))),
  );
  const bias = node.inputs.slice(2).map((value) => writer.realWeight(value, how, part));
  const inputs = [writer.integers(shape, `${name}/shape`), weight, image, ...bias];
  const fields = [int8(0, isSame ? padding.same : padding.valid), int32(1, strides[1]), int32(2, strides[0])];
  writer.operator('TRANSPOSE_CONV', inputs, [output], options(49, ...fields));
}

/** Whether along an axis SAME leaves the output that is wanted: of what is too much, the larger half goes at the end. */
function cutsAsSame(
  [size, window, stride, wanted]: readonly [size: number, window: number, stride: number, wanted: number],
  before: number,
  added: number,
): boolean {
  const excess = (size - 1) * stride + window - wanted;
  return (
    added === 0 && excess >= 0 && before === Math.floor(excess / 2) && Math.ceil(wanted / stride) === size
  );
}

/** Every group over all that it reaches, the groups beside one another, and what is wanted cut out. */
export const writeConvTranspose2d: OpWriter<'conv-transpose2d'> = (writer, node, { output, name }) => {
  const { groups, strides, dilations, padding: cut, outputPadding } = node.attributes;
  const image = writer.value(inputOf(node, 0));
  const [batch = 1, height = 1, width = 1, inputs = 1] = writer.tensorType(image).shape;
  const window = windowOf(writer, node);
  const [, , , channels = 1] = writer.tensorType(output).shape;
  const along = (axis: 0 | 1, size: number): number =>
    (size - 1) * strides[axis] + dilatedExtent(window[axis], dilations[axis]) + outputPadding[axis];
  const whole = [batch, along(0, height), along(1, width), channels];
  const isCut = cut.top + cut.bottom + cut.left + cut.right > 0;
  const [, rows = 1, columns = 1] = writer.tensorType(output).shape;
  const reach = [0, 1].map((axis) => dilatedExtent(window[axis] as number, dilations[axis] as number));
  const isSame =
    groups === 1 &&
    cutsAsSame([height, reach[0] as number, strides[0], rows], cut.top, outputPadding[0]) &&
    cutsAsSame([width, reach[1] as number, strides[1], columns], cut.left, outputPadding[1]);
  if (isCut && isSame) return writeTransposed(writer, node, 0, { image, output, name, isSame });
  const uncut = isCut ? writer.real(`${name}/uncut`, whole) : output;
  if (groups === 1) writeTransposed(writer, node, 0, { image, output: uncut, name });
  else {
    const parts = Array.from({ length: groups }, (_, group) => {
      const stem = `${name}/group-${group}`;
      const depth = inputs / groups;
      const own = channelsOf(writer, image, group * depth, (group + 1) * depth, `${stem}/input`);
      const result = writer.real(stem, whole.with(3, channels / groups));
      writeTransposed(writer, node, group, { image: own, output: result, name: stem });
      return result;
    });
    writer.operator('CONCATENATION', parts, [uncut], options(10, int32(0, 3), int8(1, 0)));
  }
  if (!isCut) return;
  const begin = writer.integers([0, cut.top, cut.left, 0], `${name}/begin`);
  const size = writer.integers(writer.tensorType(output).shape, `${name}/size`);
  writer.operator('SLICE', [uncut, begin, size], [output]);
};
