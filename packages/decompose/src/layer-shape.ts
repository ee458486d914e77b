/** @file A convolution's weight seen as slices, each a matrix of window taps by channels, which is what is factored. */
import { formatShape, type Shape } from '@sepconv/tensor';
import { DecomposeError } from './errors.js';

/**
 * Which step comes first.
 *
 * `'depthwise-pointwise'`: for each input channel the K²×C_out slice is factored; a depthwise convolution with channel
 * multiplier T, then a pointwise one. `'pointwise-depthwise'`: for each output channel the K²×C_in slice; a pointwise
 * convolution at the input's resolution, then a convolution in C_out groups of T channels each, which for T = 1 is a
 * depthwise one.
 */
export type Order = 'depthwise-pointwise' | 'pointwise-depthwise';

/** Every {@link Order}. */
export const orders = ['depthwise-pointwise', 'pointwise-depthwise'] as const satisfies readonly Order[];

/** A standard or grouped convolution, and how its weight `[K_h, K_w, C_in / groups, C_out]` falls into slices. */
export interface LayerShape {
  readonly order: Order;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  /** C_in, of all groups together. */
  readonly channels: number;
  /** C_out, of all groups together. */
  readonly filters: number;
  readonly groups: number;
  /** K_h · K_w, the rows of a slice. */
  readonly taps: number;
  /** Columns of a slice: C_out / groups, or C_in / groups where the pointwise step comes first. */
  readonly columns: number;
  /** How many slices there are: C_in, or C_out. */
  readonly slices: number;
  /** The rank at which nothing is lost: min(taps, columns). */
  readonly exactRank: number;
}

/**
 * Eigenvectors of a taps×taps matrix take a time that grows with the cube of the taps: seconds for each slice beyond this.
 * The windows of standard convolutions are far below it; 16×16 patches of vision transformers have 256.
 */
export const mostTaps = 512;

/**
 * Checks a weight's shape and says how it falls into slices.
 *
 * @throws {DecomposeError} naming the dimension and both numbers.
 */
export function layerShapeOf(weight: Shape, groups: number, order: Order): LayerShape {
  if (!orders.includes(order)) {
    throw new DecomposeError(`the order is ${orders.join(' or ')}, not "${String(order)}"`);
  }
  const [kernelHeight = 0, kernelWidth = 0, groupChannels = 0, filters = 0] = weight;
  if (weight.length !== 4) {
    throw new DecomposeError(
      `a convolution's weight is [K_h, K_w, C_in / groups, C_out], but this one is ${formatShape(weight)}`,
    );
  }
  if (!Number.isInteger(groups) || groups < 1 || filters % groups !== 0) {
    throw new DecomposeError(
      `groups must be an integer of at least 1 that divides the ${filters} output channels, not ${groups}`,
    );
  }
  const taps = kernelHeight * kernelWidth;
  if (taps > mostTaps) {
    throw new DecomposeError(
      `a window of ${kernelHeight}×${kernelWidth} has ${taps} taps, and at most ${mostTaps} can be factored in reasonable time`,
    );
  }
  const isDepthwiseFirst = order === 'depthwise-pointwise';
  const columns = isDepthwiseFirst ? filters / groups : groupChannels;
  const channels = groupChannels * groups;
  return {
    order,
    kernelHeight,
    kernelWidth,
    channels,
    filters,
    groups,
    taps,
    columns,
    slices: isDepthwiseFirst ? channels : filters,
    exactRank: Math.min(taps, columns),
  };
}

/** The group that a slice belongs to. */
export function groupOf({ slices, groups }: LayerShape, slice: number): number {
  return Math.floor(slice / (slices / groups));
}

/** One slice of a weight in float64, `[taps, columns]` in row-major order. */
export function sliceOf(weight: ArrayLike<number>, layer: LayerShape, slice: number): Float64Array {
  const { taps, columns, channels, filters, groups } = layer;
  const groupChannels = channels / groups;
  // HWIO: the taps are outermost, then the group's input channels, then all output channels.
  const [start, step] =
    layer.order === 'depthwise-pointwise'
      ? [(slice % groupChannels) * filters + groupOf(layer, slice) * columns, 1]
      : [slice, filters];
  const result = new Float64Array(taps * columns);
  for (let tap = 0; tap < taps; tap++) {
    const row = tap * groupChannels * filters + start;
    for (let column = 0; column < columns; column++) {
      result[tap * columns + column] = weight[row + column * step] as number;
    }
  }
  return result;
}
