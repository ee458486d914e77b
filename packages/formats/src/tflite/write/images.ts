/** @file How pooling, changes of size and normalization are written. */
import { type HeightWidth, type NodeOf, resizeTaps, type WindowAttributes } from '@sepconv/graph';
import { storedRange, type Tensor, toFloat32 } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { resizeMethod } from '../../tensorflow-resize.js';
import type { TfliteWriter } from './graph-writer.js';
import {
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

type Pool = WindowAttributes & { readonly window: HeightWidth };

const poolOptions = (
  said: number,
  { strides, window }: Pick<Pool, 'strides' | 'window'>,
  activation: number,
) =>
  options(
    5,
    int8(0, said),
    int32(1, strides[1]),
    int32(2, strides[0]),
    int32(3, window[1]),
    int32(4, window[0]),
    int8(5, activation),
  );

/** Which padding TFLite calls a pool's, if it has a word for it. */
function poolPadding(writer: TfliteWriter, input: string, pool: Pool): number | undefined {
  if (pool.dilations.some((dilation) => dilation !== 1))
    refuse('TFLite has no pooling with dilation: pool without it, or write ONNX');
  const [, height = 0, width = 0] = writer.shapeOf(input);
  return paddingOf(pool.padding, [height, width], pool.window, pool.strides, [1, 1]);
}

/** The lowest number that is no infinity: it never wins over another. */
const lowest = -(2 - 2 ** -23) * 2 ** 127;

export const writeMaxPool2d: OpWriter<'max-pool2d'> = (writer, node, { output, name, activation }) => {
  const input = inputOf(node, 0);
  const said = poolPadding(writer, input, node.attributes);
  const { type } = writer.tensorType(output);
  const image = writer.value(input, type);
  const least = type === 'int8' || type === 'uint8' ? storedRange(type).min : lowest;
  const padded =
    said === undefined ? bordered(writer, image, node.attributes.padding, `${name}/padded`, least) : image;
  writer.operator(
    'MAX_POOL_2D',
    [padded],
    [output],
    poolOptions(said ?? padding.valid, node.attributes, activation),
  );
};

/** How many taps of each window lie in the image, of as many as there are, as factors `[1, H', W', 1]`. */
function tapFactors(
  { window, strides, padding: { top, left } }: Pool,
  input: HeightWidth,
  output: HeightWidth,
) {
  const inside = (axis: 0 | 1, before: number): number[] =>
    Array.from({ length: output[axis] }, (_, at) => {
      const first = at * strides[axis] - before;
      return Math.max(0, Math.min(input[axis], first + window[axis]) - Math.max(0, first));
    });
  const [rows, columns] = [inside(0, top), inside(1, left)];
  const all = window[0] * window[1];
  return Float32Array.from(rows.flatMap((row) => columns.map((column) => all / (row * column))));
}

export const writeAveragePool2d: OpWriter<'average-pool2d'> = (
  writer,
  node,
  { output, name, activation },
) => {
  const { countIncludePadding, ...pool } = node.attributes;
  const input = inputOf(node, 0);
  const said = poolPadding(writer, input, pool);
  const type = writer.tensorType(output);
  const image = writer.value(input, type.type);
  if (said === padding.valid || (said === padding.same && !countIncludePadding)) {
    writer.operator('AVERAGE_POOL_2D', [image], [output], poolOptions(said, pool, activation));
    return;
  }
  if (type.type !== 'float32')
    refuse(
      'of integers, TFLite pools with the padding of its SAME or with none: pad the image before, or write ONNX',
    );
  const padded = bordered(writer, image, pool.padding, `${name}/padded`);
  const said2 = poolOptions(padding.valid, pool, countIncludePadding ? activation : 0);
  if (countIncludePadding) {
    writer.operator('AVERAGE_POOL_2D', [padded], [output], said2);
    return;
  }
  const [, height = 0, width = 0] = writer.shapeOf(input);
  const [, rows = 0, columns = 0] = type.shape;
  const factors = tapFactors(pool, [height, width], [rows, columns]);
  const mean = writer.helperOperator(
    'AVERAGE_POOL_2D',
    [padded],
    { stem: `${name}/counting`, ...type },
    said2,
  );
  const constant = writer.numbers(factors, `${name}/factors`, [1, rows, columns, 1]);
  writer.operator('MUL', [mean, constant], [output], options(21, int8(0, activation)));
};

/** A mean over dimensions. */
export function writeMean(
  writer: TfliteWriter,
  input: number,
  output: number,
  axes: readonly number[],
  keeps: boolean,
): void {
  const list = writer.integers(axes, 'axes');
  writer.operator('MEAN', [input, list], [output], options(27, int8(0, keeps ? 1 : 0)));
}

export const writeGlobalAveragePool2d: OpWriter<'global-average-pool2d'> = (writer, node, { output }) =>
  writeMean(writer, writer.value(inputOf(node, 0)), output, [1, 2], true);

/** A pool whose window is the image. */
export function writeWholePool(
  writer: TfliteWriter,
  operator: 'AVERAGE_POOL_2D' | 'MAX_POOL_2D',
  image: number,
  { output, activation }: Pick<Target, 'output' | 'activation'>,
): void {
  const [, height = 1, width = 1] = writer.tensorType(image).shape;
  const whole = { strides: [1, 1], window: [height, width] } as const;
  writer.operator(operator, [image], [output], poolOptions(padding.valid, whole, activation));
}

export const writeGlobalMaxPool2d: OpWriter<'global-max-pool2d'> = (writer, node, target) =>
  writeWholePool(writer, 'MAX_POOL_2D', writer.value(inputOf(node, 0)), target);

export const writeReduceMean: OpWriter<'reduce-mean'> = (writer, node, { output }) => {
  const { axes, keepDimensions } = node.attributes;
  writeMean(writer, writer.value(inputOf(node, 0)), output, axes, keepDimensions);
};

/** The two flags of TensorFlow's changes of size. */
const flags = [
  { alignCorners: false, halfPixelCenters: true },
  { alignCorners: true, halfPixelCenters: false },
  { alignCorners: false, halfPixelCenters: false },
] as const;

type Resize = NodeOf<'resize2d'>['attributes'];

/** With which flags an operator of TFLite changes the size in this way, if one does. */
function resizeFlags({ mode, ...said }: Resize, [height, width]: HeightWidth) {
  if (mode === 'cubic' || said.antialias === true) return undefined;
  const [rows, columns] = said.size;
  const isScaled = [
    [rows, height],
    [columns, width],
  ].some(
    ([to = 0, from = 0], axis) => Math.fround(said.scales?.[axis] ?? to / from) !== Math.fround(to / from),
  );
  // One pixel is aligned with the first corner, as coordinates of PyTorch's have it.
  const isAlike = said.coordinates === 'pytorch-half-pixel' && rows > 1 && columns > 1;
  const coordinates = isAlike ? 'half-pixel' : said.coordinates;
  const { rounding = 'round-prefer-floor' } = said;
  const found = flags.find((flag) => {
    const method = resizeMethod(mode, flag);
    return method.coordinates === coordinates && (mode === 'linear' || method.rounding === rounding);
  });
  return isScaled ? undefined : found;
}

/** Appends RESIZE_BILINEAR or RESIZE_NEAREST_NEIGHBOR. */
export function writeResizeOperator(
  writer: TfliteWriter,
  [image, output]: readonly [image: number, output: number],
  mode: 'nearest' | 'linear',
  { alignCorners, halfPixelCenters }: (typeof flags)[number],
): void {
  const [, height = 1, width = 1] = writer.tensorType(output).shape;
  const size = writer.integers([height, width], 'size');
  const [name, kind, slot] =
    mode === 'linear' ? (['RESIZE_BILINEAR', 15, 2] as const) : (['RESIZE_NEAREST_NEIGHBOR', 74, 0] as const);
  const said = [int8(slot, alignCorners ? 1 : 0), int8(slot + 1, halfPixelCenters ? 1 : 0)];
  writer.operator(name, [image, size], [output], options(kind, ...said));
}

/** The flags of RESIZE_BILINEAR for coordinates that it has. */
export const bilinearFlags = (coordinates: Resize['coordinates']): (typeof flags)[number] =>
  flags.find((flag) => resizeMethod('linear', flag).coordinates === coordinates) ??
  refuse(`TFLite has no change of size by the coordinates ${coordinates}`);

/** Along one dimension, the weights of the input's positions for each of the output's, `[to, from]`. */
function resizeMatrix(attributes: Resize, from: number, axis: 0 | 1): Float32Array {
  const to = attributes.size[axis];
  const matrix = new Float32Array(to * from);
  resizeTaps(attributes, axis, from).forEach((taps, at) => {
    for (const { index, weight } of taps) {
      matrix[at * from + index] = (matrix[at * from + index] as number) + weight;
    }
  });
  return matrix;
}

/** What TFLite has no operator for is two products of matrices: a change of size is one along each dimension. */
function writeResizeByMatrices(
  writer: TfliteWriter,
  image: number,
  attributes: Resize,
  { output, name }: Target,
): void {
  const [batch = 1, height = 1, width = 1, channels = 1] = writer.tensorType(image).shape;
  const [rows, columns] = attributes.size;
  const product = options(101, int8(0, 0), int8(1, 0));
  const reshaped = (tensor: number, shape: readonly number[], stem: string): number =>
    writer.helperOperator('RESHAPE', [tensor, writer.integers(shape, `${stem}/shape`)], {
      stem,
      type: 'float32',
      shape,
    });
  const tall = reshaped(image, [batch, height, width * channels], `${name}/rows`);
  const byRow = writer.numbers(resizeMatrix(attributes, height, 0), `${name}/row-weights`, [1, rows, height]);
  const stem = `${name}/resized-rows`;
  const inRows = { stem, type: 'float32', shape: [batch, rows, width * channels] } as const;
  const done = writer.helperOperator('BATCH_MATMUL', [byRow, tall], inRows, product);
  const wide = reshaped(done, [batch * rows, width, channels], `${name}/columns`);
  const byColumn = writer.numbers(resizeMatrix(attributes, width, 1), `${name}/column-weights`, [
    1,
    columns,
    width,
  ]);
  const inColumns = {
    stem: `${name}/resized`,
    type: 'float32',
    shape: [batch * rows, columns, channels],
  } as const;
  const resized = writer.helperOperator('BATCH_MATMUL', [byColumn, wide], inColumns, product);
  const shape = writer.integers([batch, rows, columns, channels], `${name}/shape`);
  writer.operator('RESHAPE', [resized, shape], [output]);
}

export const writeResize2d: OpWriter<'resize2d'> = (writer, node, target) => {
  const { attributes } = node;
  const image = writer.value(inputOf(node, 0));
  const [, height = 1, width = 1] = writer.tensorType(image).shape;
  const found = resizeFlags(attributes, [height, width]);
  const { mode } = attributes;
  if (found === undefined || mode === 'cubic')
    return writeResizeByMatrices(writer, image, attributes, target);
  writeResizeOperator(writer, [image, target.output], mode, found);
};

const parameters = ['scale', 'shift', 'mean', 'variance'] as const;

/** A product and a sum with numbers that are known; what stands behind a layer is in its weight already. */
export const writeBatchNorm: OpWriter<'batch-norm'> = (writer, node, { output, name, activation }) => {
  const { epsilon } = node.attributes;
  const [scale, shift, mean, variance] = parameters.map((what, i) =>
    toFloat32(writer.expectWeight(node.inputs[i + 1], `the ${what}`)),
  ) as [Tensor<'float32'>, Tensor<'float32'>, Tensor<'float32'>, Tensor<'float32'>];
  const factors = Float64Array.from(
    scale.data,
    (value, c) => value / Math.sqrt((variance.data[c] as number) + epsilon),
  );
  const offsets = shift.data.map((value, c) => value - (mean.data[c] as number) * (factors[c] as number));
  const input = writer.value(inputOf(node, 0));
  const product = { stem: `${name}/product`, ...writer.tensorType(output) };
  const factor = writer.numbers(Float32Array.from(factors), `${name}/factor`);
  const scaled = writer.helperOperator('MUL', [input, factor], product, options(21));
  const offset = writer.numbers(offsets, `${name}/offset`);
  writer.operator('ADD', [scaled, offset], [output], options(11, int8(0, activation)));
};

/** By its formula: TFLite has no operator for it, and converters write the same. */
export const writeLayerNorm: OpWriter<'layer-norm'> = (writer, node, { output, name, activation }) => {
  const input = writer.value(inputOf(node, 0));
  const type = writer.tensorType(output);
  const row = { type: 'float32', shape: type.shape.with(-1, 1) } as const;
  const last = type.shape.length - 1;
  const mean = writer.helper(`${name}/mean`, row);
  writeMean(writer, input, mean, [last], true);
  const difference = writer.helperOperator(
    'SUB',
    [input, mean],
    { stem: `${name}/difference`, ...type },
    options(28),
  );
  const square = writer.helperOperator(
    'MUL',
    [difference, difference],
    { stem: `${name}/square`, ...type },
    options(21),
  );
  const variance = writer.helper(`${name}/variance`, row);
  writeMean(writer, square, variance, [last], true);
  const epsilon = writer.number(node.attributes.epsilon, `${name}/epsilon`);
  const sum = writer.helperOperator('ADD', [variance, epsilon], { stem: `${name}/sum`, ...row }, options(11));
  const root = writer.helperOperator('SQRT', [sum], { stem: `${name}/root`, ...row });
  const unit = writer.helperOperator(
    'DIV',
    [difference, root],
    { stem: `${name}/unit`, ...type },
    options(29),
  );
  const [scale, shift] = [1, 2].map((index) => writer.value(inputOf(node, index))) as [number, number];
  const scaled = writer.helperOperator(
    'MUL',
    [unit, scale],
    { stem: `${name}/scaled`, ...type },
    options(21),
  );
  writer.operator('ADD', [scaled, shift], [output], options(11, int8(0, activation)));
};
