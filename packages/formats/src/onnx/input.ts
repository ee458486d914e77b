import type { DType, Normalization } from '@sepconv/tensor';
import { quote, refuse } from '../errors.js';
import type { ImportedInput } from '../imported-network.js';
import { integerType } from './constant.js';
import type { ImportState } from './context.js';
import { shorten } from './context.js';
import { resolveShapes, type ShapeOptions } from './input-shapes.js';
import { channelsLast, naturalOrder, type Order, valueInOrder } from './layout.js';
import type { OnnxModel, OnnxNode, ValueInfo } from './model.js';
import { plainOps } from './plain-ops.js';

/** Ops that read their first input as N, C and then the pixels. */
const imageOps = new Set(
  'AveragePool BatchNormalization Conv ConvInteger ConvTranspose GlobalAveragePool GlobalMaxPool MaxPool QLinearConv Resize Upsample'.split(
    ' ',
  ),
);

/** Ops whose result has the dimensions of their input. */
const transparentOps = new Set([
  ...Object.keys(plainOps),
  ...'Add Cast Clip Concat DequantizeLinear Div Dropout DynamicQuantizeLinear Elu Gelu HardSigmoid Identity LeakyRelu Max Min Mul PRelu Pad Pow QuantizeLinear Reciprocal Selu Softmax Sub Sum'.split(
    ' ',
  ),
]);

/** Values that reach, through ops that keep the dimensions, an op that reads them as an image. */
function imageValues(nodes: readonly OnnxNode[]): ReadonlySet<string> {
  const images = new Set<string>();
  for (const { op, inputs, outputs, attributes } of nodes.toReversed()) {
    const [first] = inputs;
    // What is transposed to channels last lies like that already when it is stored as an image.
    const isTurned = op === 'Transpose' && attributes.get('perm')?.integers.join() === '0,2,3,1';
    if ((imageOps.has(op) || isTurned) && first !== undefined) images.add(first);
    if (transparentOps.has(op) && outputs.some((output) => images.has(output))) {
      for (const input of inputs) images.add(input);
    }
  }
  return images;
}

/** Types of whole numbers that are real numbers here: indices and truths. */
const wholeTypes = ['int64', 'bool', 'int16', 'uint16', 'uint32'];

const realTypes = ['float32', 'float16', 'float64', 'bfloat16'];

/** The element type of an input in the graph: float32 for real numbers, integers that ops compute with as they are. */
function graphType({ warnings }: ImportState, { name, type }: ValueInfo): DType {
  const what = `the input ${quote(name)}`;
  const integers = integerType(type);
  if (integers !== undefined) return integers;
  if (type !== undefined && wholeTypes.includes(type)) {
    warnings.push(`${what} holds ${type}; the network takes and computes whole numbers as float32.`);
    return 'float32';
  }
  if (type === undefined || !realTypes.includes(type)) {
    refuse(
      `${what} holds ${type ?? 'no tensor'}, but a network computes with real numbers, int8, uint8 and int32`,
    );
  }
  if (type !== 'float32') warnings.push(`${what} holds ${type}; the network takes and computes float32.`);
  return 'float32';
}

/** Bytes of a pixel go into integers as they are, and into int8, which ends at 127, less 128. */
function pixelNormalization(type: DType): { normalization?: Normalization } {
  if (type === 'float32') return {};
  return { normalization: { mean: type === 'int8' ? 128 : 0, standardDeviation: 1 } };
}

/** Declares the inputs of the network; images are stored with the channels last. */
export function importInputs(state: ImportState, model: OnnxModel, given: ShapeOptions): ImportedInput[] {
  const images = imageValues(model.nodes);
  const inputs = model.inputs.filter(({ name }) => !model.initializers.has(name) && !state.values.has(name));
  const types = inputs.map((input) => graphType(state, input));
  const shapes = resolveShapes(inputs, given);
  return inputs.map((input, index) => {
    const what = `the input ${quote(input.name)}`;
    const shape = shapes.get(input.name) ?? refuse(`${what} has no shape`);
    state.budget.checkValue(shape, what);
    const rank = shape.length;
    const order: Order = images.has(input.name) ? channelsLast(rank) : naturalOrder(rank);
    const { builder } = state;
    const name = builder.input(
      builder.uniqueName(shorten(input.name)),
      order.map((axis) => shape[axis] as number),
      types[index],
    );
    if (state.values.has(input.name)) refuse(`${what} is listed twice`);
    state.values.set(input.name, valueInOrder(name, shape, order));
    return {
      name,
      shape: builder.typeOf(name).shape,
      ...(order.some((axis, i) => axis !== i) && { fileAxes: order }),
      ...(rank === 4 && pixelNormalization(types[index] as DType)),
    };
  });
}
