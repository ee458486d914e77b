/**
 * @file Fusing a depthwise convolution with the pointwise one behind it, and where there is one with the pointwise
 * expansion before it: an inverted residual. The image is cut into strips of output rows, and each strip goes through all
 * steps at once, so that what lies between them stays in the cache and never takes the room of a whole image.
 *
 * Every element is computed by the same kernels in the same order as without fusion: not a bit changes. Rows of the
 * expansion that the next strip needs too are kept; only the first strip of a call computes all of its own, so that any
 * range of strips can run by itself.
 */
import { dilatedExtent } from '@sepconv/graph';
import { type DepthwiseKernel, unstaged } from './depthwise-conv2d.js';
import { type GemmKernel, onStrips } from './gemm.js';
import { floatBytes } from './sizes.js';
import type { Operand, PlannedStep } from './step.js';

/** Depthwise and pointwise convolution in strips; a unit of work is a strip. */
export interface SeparableKernel {
  readonly kind: 'separable-conv2d';
  readonly name: string;
  readonly expansion?: GemmKernel;
  readonly depthwise: DepthwiseKernel;
  /** The pointwise step for a strip of `rows` rows. */
  readonly pointwise: GemmKernel;
  /** The pointwise step for the last strip, if it has fewer. */
  readonly lastPointwise?: GemmKernel;
  /** Output rows of a strip. */
  readonly rows: number;
  /** Bytes of scratch for the strip of the depthwise result; the expansion's rows lie behind it. */
  readonly stripBytes: number;
  readonly expansionBytes: number;
}

/** How strips are cut. */
export interface StripLimits {
  /** Scratch that stays in the second-level cache beside the weights. */
  readonly mostScratchBytes: number;
  /** A strip of at least this many pixels keeps the weights' way into the registers worth it. */
  readonly leastStripPixels: number;
}

/**
 * Whether the steps take each other's pixels as they are, each with all of its channels. A value may have been given
 * another shape in between, so that what lies in memory is the same but a pixel is not.
 *
 * @param pointwise a product of one line of pixels, as is `expansion`.
 */
export function follows(depthwise: DepthwiseKernel, pointwise: GemmKernel, expansion?: GemmKernel): boolean {
  const pixelsOf = ([height, width]: DepthwiseKernel['input']): number => depthwise.batch * height * width;
  const channels = depthwise.channels * depthwise.multiplier;
  const takesAll =
    (pointwise.inputOffset ?? 0) === 0 &&
    pointwise.depth === channels &&
    pointwise.pixelStride === channels * floatBytes &&
    pointwise.pixels === pixelsOf(depthwise.output);
  const givesAll =
    expansion === undefined ||
    (expansion.columns === depthwise.channels && expansion.pixels === pixelsOf(depthwise.input));
  return takesAll && givesAll;
}

/** How a unit's rows are cut: enough pixels for the matrix product, few enough bytes for the cache. */
function rowsOfStrip(
  depthwise: DepthwiseKernel,
  expanded: boolean,
  { mostScratchBytes, leastStripPixels }: StripLimits,
): number | undefined {
  const [height, width] = depthwise.output;
  const rowBytes = width * depthwise.channels * depthwise.multiplier * floatBytes;
  const inputRowBytes = expanded ? depthwise.input[1] * depthwise.channels * floatBytes : 0;
  const extent = dilatedExtent(depthwise.window[0], depthwise.dilations[0]);
  const bytesFor = (rows: number): number =>
    rows * rowBytes + ((rows - 1) * depthwise.strides[0] + extent) * inputRowBytes;
  let rows = Math.ceil(leastStripPixels / width);
  // Rows that the next strip needs again are moved, and a call's first strip has none: more rows make that matter less.
  while (expanded && rows < height && bytesFor(rows + 1) <= mostScratchBytes) rows++;
  rows = Math.min(rows, height);
  return bytesFor(rows) <= mostScratchBytes || rows === 1 ? rows : undefined;
}

/** Input rows that a strip needs of an expansion. */
function expandedRows({ depthwise, rows }: Pick<SeparableKernel, 'depthwise' | 'rows'>): number {
  const extent = dilatedExtent(depthwise.window[0], depthwise.dilations[0]);
  return Math.min(depthwise.input[0], (rows - 1) * depthwise.strides[0] + extent);
}

/** The kernel for a pair or triple that {@link follows}; `undefined` when a strip would not fit into the cache. */
export function planSeparable(
  depthwise: DepthwiseKernel,
  pointwise: GemmKernel,
  limits: StripLimits,
  expansion?: GemmKernel,
): SeparableKernel | undefined {
  const rows = rowsOfStrip(depthwise, expansion !== undefined, limits);
  if (rows === undefined || (expansion !== undefined && depthwise.batch > 1)) return undefined;
  const [height, width] = depthwise.output;
  const allRows = depthwise.batch * height;
  const full = Math.floor(allRows / rows);
  const rest = allRows - full * rows;
  const stripBytes = rows * width * depthwise.channels * depthwise.multiplier * floatBytes;
  const inputRowBytes = depthwise.input[1] * depthwise.channels * floatBytes;
  const kernel = {
    kind: 'separable-conv2d' as const,
    name: `${unstaged(depthwise).name.replace(/__.*/, '')}_then_${pointwise.name.replace('f32_', '')}`,
    depthwise: unstaged({ ...depthwise, outputRows: 1 }),
    pointwise: onStrips(pointwise, full, rows * width),
    ...(rest === 0 ? {} : { lastPointwise: onStrips(pointwise, 1, rest * width) }),
    rows,
    stripBytes,
    expansionBytes: 0,
  };
  if (expansion === undefined) return kernel;
  return {
    ...kernel,
    name: `${expansion.name.replace(/__.*/, '')}_then_${kernel.name.replace('f32_', '')}`,
    // Each input row is a line of its own, so that any range of rows can be computed.
    expansion: onStrips(expansion, depthwise.input[0], depthwise.input[1]),
    expansionBytes: expandedRows({ depthwise, rows }) * inputRowBytes,
  };
}

/** Strips of a kernel. */
function stripCount({ depthwise, rows }: SeparableKernel): number {
  return Math.ceil((depthwise.batch * depthwise.output[0]) / rows);
}

/** The step of a fused pair or triple, from the steps of its parts. */
export function separableStep(
  kernel: SeparableKernel,
  parts: readonly PlannedStep<unknown>[],
): PlannedStep<SeparableKernel> {
  const pointwise = parts.at(-1) as PlannedStep<unknown>;
  const depthwise = parts.at(-2) as PlannedStep<unknown>;
  const expansion = parts.length > 2 ? (parts[0] as PlannedStep<unknown>) : undefined;
  const [input, expansionWeights] = (expansion ?? depthwise).operands as [Operand, Operand];
  const [, depthwiseWeights, , zeros] = depthwise.operands as [Operand, Operand, Operand, Operand];
  const [, pointwiseWeights, output, ...addend] = pointwise.operands as [
    Operand,
    Operand,
    Operand,
    ...Operand[],
  ];
  return {
    kernel,
    units: stripCount(kernel),
    operands: [
      input,
      ...(expansion === undefined ? [] : [expansionWeights]),
      depthwiseWeights,
      zeros,
      { kind: 'scratch', bytes: kernel.stripBytes + kernel.expansionBytes },
      pointwiseWeights,
      output,
      ...addend,
    ],
    output: pointwise.output,
    outputBytes: pointwise.outputBytes,
  };
}
