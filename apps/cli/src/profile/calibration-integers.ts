/** @file The same networks with integers, as quantized files have them. What their scales are changes no time. */
import { type Graph, GraphBuilder, type StoredAs, type Weights } from '@sepconv/graph';
import { createRandom, createTensor, type Tensor, zeros } from '@sepconv/tensor';
import type { Block, Family } from './calibration-families.js';

const noPadding = { top: 0, bottom: 0, left: 0, right: 0 };
const weightQuantization = { scale: [1 / 64], zeroPoint: [131] };

/** What results are stored as; an activation that clips is in the type. */
const stored: StoredAs = { dtype: 'uint8', scale: 6 / 255, zeroPoint: 0 };
const linear: StoredAs = { dtype: 'uint8', scale: 1 / 16, zeroPoint: 120 };

interface Convolution {
  readonly kernel: number;
  readonly filters: number;
  readonly stride?: number;
  readonly isDepthwise?: boolean;
  readonly output?: StoredAs;
}

function convolution(builder: GraphBuilder, input: string, options: Convolution): string {
  const { kernel, filters, stride = 1, isDepthwise = false, output = stored } = options;
  const channels = builder.imageShapeOf(input)[3];
  const shape = [kernel, kernel, isDepthwise ? 1 : channels, filters];
  const weight = builder.parameter(
    builder.uniqueName('weight'),
    shape,
    'weight',
    'uint8',
    weightQuantization,
  );
  const bias = builder.parameter(builder.uniqueName('bias'), [filters], 'bias', 'int32');
  const around = (kernel - 1) / 2;
  const padding = { top: around, bottom: around, left: around, right: around };
  return builder.node('quantized-conv2d', [input, weight, bias], {
    strides: [stride, stride],
    dilations: [1, 1],
    padding: kernel === 1 ? noPadding : padding,
    groups: isDepthwise ? channels : 1,
    output,
  });
}

/** A function of one byte as a table, as the readers have hard-swish and the gate of squeeze-and-excite. */
function table(builder: GraphBuilder, input: string): string {
  const { dtype, scale, zeroPoint } = stored;
  const quantization = { scale: [scale], zeroPoint: [zeroPoint] };
  const entries = builder.parameter(builder.uniqueName('table'), [256], 'constant', dtype, quantization);
  return builder.node('lookup', [input, entries], {});
}

/** A convolution and its activation. */
function activated(builder: GraphBuilder, input: string, options: Convolution, family: Family): string {
  const isTable = family.activation === 'hard-swish' || family.activation === 'swish';
  const sums = convolution(builder, input, { ...options, output: isTable ? linear : stored });
  return isTable ? table(builder, sums) : sums;
}

function squeeze(builder: GraphBuilder, input: string, squeezed: number): string {
  const channels = builder.imageShapeOf(input)[3];
  const mean = builder.node('quantized-global-average-pool2d', [input], { output: stored });
  const small = convolution(builder, mean, { kernel: 1, filters: squeezed });
  const gate = table(builder, convolution(builder, small, { kernel: 1, filters: channels, output: linear }));
  return builder.node('quantized-mul', [input, gate], { output: stored });
}

function block(builder: GraphBuilder, input: string, options: Block, family: Family): string {
  const { kernel, expanded, filters, stride = 1, squeezed } = options;
  let value = input;
  if (expanded !== undefined) value = activated(builder, value, { kernel: 1, filters: expanded }, family);
  const channels = builder.imageShapeOf(value)[3];
  const depthwise = { kernel, filters: channels, stride, isDepthwise: true };
  value = activated(builder, value, depthwise, family);
  if (squeezed !== undefined) value = squeeze(builder, value, squeezed);
  if (family.isActiveAtEnd) return activated(builder, value, { kernel: 1, filters }, family);
  value = convolution(builder, value, { kernel: 1, filters, output: linear });
  const isResidual = stride === 1 && builder.imageShapeOf(input)[3] === filters;
  return isResidual ? builder.node('quantized-add', [value, input], { output: linear }) : value;
}

/** A family's network with integers of 8 bits from the image to the classes. */
export function integerFamilyGraph(family: Family): Graph {
  const { name, size, stem, features, classes } = family;
  const builder = new GraphBuilder(`calibration-integer ${name}`);
  const image = builder.input('image', [1, size, size, 3], 'uint8', { scale: [1 / 128], zeroPoint: [128] });
  let value = activated(builder, image, { kernel: 3, filters: stem, stride: 2 }, family);
  for (const options of family.blocks) value = block(builder, value, options, family);
  if (features > 0) value = activated(builder, value, { kernel: 1, filters: features }, family);
  const pooled = builder.node('quantized-global-average-pool2d', [value], { output: stored });
  const logits = convolution(builder, pooled, { kernel: 1, filters: classes, output: linear });
  const flat = builder.node('reshape', [logits], { shape: [1, classes] });
  const exponentials = builder.parameter('exponentials', [256], 'constant');
  const output = { dtype: 'uint8', scale: 1 / 256, zeroPoint: 0 } as const;
  return builder.build([builder.node('quantized-softmax', [flat, exponentials], { output })]);
}

/** Seeded integers for every parameter of such a network. */
export function integerWeights({ parameters }: Graph): Weights {
  const random = createRandom(1);
  return new Map(
    parameters.map(({ name, shape, dtype, quantization }) => {
      const { data } = zeros(dtype, shape);
      data.forEach((_, i) => {
        data[i] = random.integer(256);
      });
      return [name, createTensor(dtype, shape, data as never, quantization) as Tensor];
    }),
  );
}

/** Whether a calibration network is one of integers. */
export const isOfIntegers = ({ parameters }: Graph): boolean =>
  parameters.some(({ dtype }) => dtype === 'uint8');
