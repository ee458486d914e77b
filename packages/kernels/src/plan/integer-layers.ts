/**
 * @file From integer convolutions and matrix products to kernels: the input widened to 16 bits, then the product that floats have,
 * on pairs of integers. An odd last number of a sum has a weight of 0 beside it and reads one number too many, which memory
 * allows.
 */
import { type FusedNode, type NodeOf, requantizationRatios, type StoredAs } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import {
  type DepthwiseKernel,
  depthwiseUnits,
  packedDepthwiseLength,
  planDepthwise,
} from './depthwise-conv2d.js';
import { type GemmKernel, type GemmShape, gemmUnits, packedLength, planGemm } from './gemm.js';
import { type IntegerMatmulKernel, planIntegerMatmul } from './integer-matmul.js';
import { byteSums, byteTypeOf, type StoredSums, scaleOf, zeroPointOf } from './integers.js';
import type { IntegerParameters } from './layout.js';
import {
  constantOperand,
  imageOf,
  inputOperand,
  isParameter,
  oneStep,
  parameterOf,
  shapeOf,
  typeOfInput,
} from './operands.js';
import { floatBytes, lanes } from './sizes.js';
import type { Operand, PlanContext, PlannedStep } from './step.js';
import { planWiden, type WidenKernel, wideBytes, widenedBytes, widenedExtent, widenUnits } from './widen.js';

/** What is made of a node's sums, and the ratios by which they become bytes: one for all or one for each output channel. */
interface Stored {
  readonly sums: StoredSums;
  readonly ratios?: readonly number[];
}

/** What a node says of its sums; without an output they stay as they are. */
function storedOf(context: PlanContext, fused: FusedNode, output: StoredAs | undefined): Stored {
  if (output === undefined) return { sums: { dtype: 'int32' } };
  const [input, weight] = [typeOfInput(context, fused, 0), typeOfInput(context, fused, 1)];
  const ratios = requantizationRatios(scaleOf(input), weight.quantization?.scale ?? [], output.scale);
  return { sums: byteSums(output), ratios };
}

/** Weight, bias, zero points and ratios. A third input of nodes without a stored result is no bias but a zero point. */
function parametersOf(context: PlanContext, fused: FusedNode, { ratios }: Stored): IntegerParameters {
  return {
    weight: parameterOf(context, fused, 1),
    ...(ratios !== undefined && fused.node.inputs.length > 2 && { bias: parameterOf(context, fused, 2) }),
    zeroPoints: typeOfInput(context, fused, 1).quantization?.zeroPoint ?? [0],
    ...(ratios && { ratios }),
  };
}

/** Whether a node's zero point is an input, which only those have whose sums stay as they are. */
const hasZeroInput = ({ node }: FusedNode, { ratios }: Stored): boolean =>
  ratios === undefined && node.inputs.length > 2;

/** The step that widens a node's input, as a value of its own; with the node's computed zero point where it has one. */
function widenStep(
  context: PlanContext,
  fused: FusedNode,
  stored: Stored,
  image: Omit<WidenKernel, 'kind' | 'name' | 'dtype' | 'zero'>,
): { readonly step: PlannedStep<WidenKernel>; readonly kernel: WidenKernel; readonly operand: Operand } {
  const type = typeOfInput(context, fused, 0);
  const isOperand = hasZeroInput(fused, stored);
  const zero = isOperand ? 'operand' : zeroPointOf(type);
  const kernel = planWiden({ ...image, dtype: byteTypeOf(type), zero });
  const value = `${fused.output}/widened`;
  const operand: Operand = { kind: 'value', value };
  const inputs = [0, ...(isOperand ? [2] : [])].map((index) => inputOperand(context, fused, index));
  const step = {
    kernel,
    units: widenUnits(kernel),
    operands: [...inputs, operand],
    output: value,
    outputBytes: widenedBytes(kernel),
  };
  return { step, kernel, operand };
}

/** A matrix product of the widened input; `depth` in numbers, strides in bytes. */
function gemmStep(
  context: PlanContext,
  fused: FusedNode,
  stored: Stored,
  input: Operand,
  op: string,
  shape: Omit<GemmShape, 'epilogue' | 'integers'>,
): PlannedStep<GemmKernel>[] {
  const taps = shape.taps.reduce((product, { count }) => product * count, 1);
  const kernel = planGemm(context.engine, op, {
    ...shape,
    taps: shape.taps.filter(({ count }) => count > 1),
    depth: Math.ceil(shape.depth / 2),
    epilogue: [],
    integers: stored.sums,
    terms: taps * shape.depth,
  });
  const layout = {
    kind: 'integer-gemm',
    groups: kernel.groups,
    columns: kernel.columns,
    panelColumns: kernel.tile.vectors * lanes,
    taps,
    depth: shape.depth,
    ...parametersOf(context, fused, stored),
  } as const;
  const weights: Operand = { kind: 'weights', bytes: packedLength(kernel) * floatBytes, layout };
  return oneStep(context, fused, kernel, gemmUnits(kernel), [input, weights]);
}

/** The greatest number that divides both. */
const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** A depthwise convolution: rows of the image lie beside one another in pairs, and so do rows of the window. */
function planIntegerDepthwise(
  context: PlanContext,
  fused: FusedNode,
  stored: Stored,
): PlannedStep<WidenKernel | DepthwiseKernel>[] {
  const node = fused.node as NodeOf<'quantized-conv2d'> | NodeOf<'conv-integer'>;
  const { strides, dilations, padding } = node.attributes;
  const [batch, height, width, inputs] = imageOf(context, node.inputs[0]);
  const [, outputHeight, outputWidth, channels] = imageOf(context, node.outputs[0]);
  const window = shapeOf(context, node.inputs[1]).slice(0, 2) as [number, number];
  const pairRows = Math.ceil(window[0] / 2);
  const betweenPairs = pairRows > 1 ? 2 * dilations[0] : 0;
  const step = commonDivisor(strides[0], betweenPairs);
  const reach = (outputHeight - 1) * strides[0] + (pairRows - 1) * betweenPairs;
  const widened = widenStep(context, fused, stored, {
    ...{ batch, height, width, channels: inputs, padding, repeat: channels / inputs },
    pairs: { rows: reach / step + 1, step, distance: dilations[0] },
  });
  const kernel = planDepthwise(context.engine, {
    batch,
    input: widenedExtent(widened.kernel),
    output: [outputHeight, outputWidth],
    channels,
    multiplier: 1,
    window: [pairRows, window[1]],
    strides: [strides[0] / step, strides[1]],
    dilations: [Math.max(1, betweenPairs / step), dilations[1]],
    padding: [0, 0],
    epilogue: [],
    integers: stored.sums,
    terms: window[0] * window[1],
  });
  const parameters = parametersOf(context, fused, stored);
  const layout = {
    kind: 'integer-depthwise',
    channels,
    window,
    step: kernel.vectors * lanes,
    ...parameters,
  } as const;
  const weights: Operand = { kind: 'weights', bytes: packedDepthwiseLength(kernel) * floatBytes, layout };
  const [planned] = oneStep(context, fused, kernel, depthwiseUnits(kernel), [widened.operand, weights]);
  // All rows of pairs are there.
  const operands: Operand[] = [...planned.operands, { kind: 'zeros', bytes: 0 }];
  return [widened.step, { ...planned, operands }];
}

/** `quantized-conv2d` and `conv-integer`. */
export function planIntegerConv2d(
  context: PlanContext,
  fused: FusedNode,
): PlannedStep<WidenKernel | GemmKernel | DepthwiseKernel>[] {
  const node = fused.node as NodeOf<'quantized-conv2d'> | NodeOf<'conv-integer'>;
  const { groups, strides, dilations, padding } = node.attributes;
  const stored = storedOf(context, fused, 'output' in node.attributes ? node.attributes.output : undefined);
  const [batch, height, width, channels] = imageOf(context, node.inputs[0]);
  if (groups === channels && channels > 1) return planIntegerDepthwise(context, fused, stored);
  const [, outputHeight, outputWidth, outputs] = imageOf(context, node.outputs[0]);
  const [kernelHeight, kernelWidth] = shapeOf(context, node.inputs[1]) as [number, number];
  const image = { batch, height, width, channels, padding, repeat: 1 };
  const widened = widenStep(context, fused, stored, image);
  const [paddedHeight, paddedWidth] = widenedExtent(widened.kernel);
  const pixelBytes = channels * wideBytes;
  const rowBytes = paddedWidth * pixelBytes;
  // Columns of the window lie side by side, unless dilation or another group's channels are between them.
  const isContiguous = dilations[1] === 1 && groups === 1;
  const isPointwise = outputHeight === paddedHeight && outputWidth === paddedWidth;
  const lines = isPointwise
    ? { images: 1, lines: 1, pixels: batch * outputHeight * outputWidth }
    : { images: batch, lines: outputHeight, pixels: outputWidth };
  const product = gemmStep(context, fused, stored, widened.operand, 'conv2d', {
    ...lines,
    imageStride: paddedHeight * rowBytes,
    lineStride: strides[0] * rowBytes,
    pixelStride: isPointwise ? pixelBytes : strides[1] * pixelBytes,
    taps: [
      { count: kernelHeight, stride: dilations[0] * rowBytes },
      { count: isContiguous ? 1 : kernelWidth, stride: dilations[1] * pixelBytes },
    ],
    depth: (isContiguous ? kernelWidth : 1) * (channels / groups),
    groups,
    groupStride: (channels / groups) * wideBytes,
    columns: outputs / groups,
  });
  return [widened.step, ...product];
}

/** `quantized-matmul` and `matmul-integer`: packed where b is a parameter for all of a, else number by number. */
export function planIntegerProduct(
  context: PlanContext,
  fused: FusedNode,
): PlannedStep<WidenKernel | GemmKernel | IntegerMatmulKernel>[] {
  const node = fused.node as NodeOf<'quantized-matmul'> | NodeOf<'matmul-integer'>;
  const stored = storedOf(context, fused, 'output' in node.attributes ? node.attributes.output : undefined);
  const a = shapeOf(context, node.inputs[0]);
  const b = shapeOf(context, node.inputs[1]);
  const [inner, columns] = b.slice(-2) as [number, number];
  const rows = elementCount(a.slice(0, -1));
  const isBatched = b.length > 2;
  if (isBatched || !isParameter(context, fused, 1)) {
    // A matrix of b serves so many rows.
    const rowsPerMatrix = isBatched ? (a.at(-2) as number) : rows;
    return integerMatmulStep(context, fused, stored, { rows, rowsPerMatrix, inner, columns });
  }
  const padding = { top: 0, bottom: 0, left: 0, right: 0 };
  const image = { batch: 1, height: rows, width: 1, channels: inner, padding, repeat: 1 };
  const widened = widenStep(context, fused, stored, image);
  const product = gemmStep(context, fused, stored, widened.operand, 'matmul', {
    ...{ images: 1, imageStride: 0, lines: 1, lineStride: 0, groups: 1, taps: [] },
    pixels: rows,
    pixelStride: inner * wideBytes,
    depth: inner,
    columns,
  });
  return [widened.step, ...product];
}

/** A product whose right side is computed, or one for each matrix of a. */
function integerMatmulStep(
  context: PlanContext,
  fused: FusedNode,
  stored: Stored,
  sizes: Pick<IntegerMatmulKernel, 'rows' | 'rowsPerMatrix' | 'inner' | 'columns'>,
): PlannedStep<IntegerMatmulKernel>[] {
  const { columns } = sizes;
  const { ratios, sums } = stored;
  const [typeA, typeB] = [typeOfInput(context, fused, 0), typeOfInput(context, fused, 1)];
  const isOperand = hasZeroInput(fused, stored);
  const kernel = planIntegerMatmul({
    a: byteTypeOf(typeA),
    b: byteTypeOf(typeB),
    ...sizes,
    zero: isOperand ? 'operand' : zeroPointOf(typeA),
    result: sums,
  });
  const layout = {
    kind: 'integer-columns',
    columns,
    ...(ratios !== undefined && fused.node.inputs.length > 2 && { bias: parameterOf(context, fused, 2) }),
    zeroPoints: typeB.quantization?.zeroPoint ?? [0],
  } as const;
  const eachRatio = (all: readonly number[]): Float32Array =>
    Float32Array.from({ length: columns }, (_, column) => all[column % all.length] as number);
  return oneStep(context, fused, kernel, kernel.rows, [
    inputOperand(context, fused, 0),
    inputOperand(context, fused, 1),
    { kind: 'weights', bytes: 8 * columns, layout },
    ...(isOperand ? [inputOperand(context, fused, 2)] : []),
    ...(ratios === undefined ? [] : [constantOperand(eachRatio(ratios))]),
  ]);
}
