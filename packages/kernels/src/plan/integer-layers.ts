/**
 * @file From integer convolutions and matrix products to kernels: the input widened to 16 bits, then the product that floats have,
 * on pairs of integers. An odd last number of a sum has a weight of 0 beside it and reads one number too many, which memory
 * allows.
 */
import { type FusedNode, type NodeOf, requantizationRatios, type StoredAs } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { byteRowStride, operandZero, quad } from './byte-rows.js';
import {
  type DepthwiseKernel,
  depthwiseUnits,
  packedDepthwiseLength,
  pairsScratch,
  planDepthwise,
  rowsOfPairs,
} from './depthwise-conv2d.js';
import { ordinaryBias } from './facts.js';
import { type GemmKernel, gemmUnits, packedLength, planGemm, widenedScratch } from './gemm.js';
import { type IntegerMatmulKernel, planIntegerMatmul } from './integer-matmul.js';
import { boundedByteSums, byteTypeOf, type StoredSums, scaleOf, zeroPointOf } from './integers.js';
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
import { pairColumns, pairRowBytes } from './row-pairs.js';
import { floatBytes, lanes } from './sizes.js';
import type { Operand, PlanContext, PlannedStep } from './step.js';
import { type RowWindow, wideBytes } from './widened.js';

/** What is made of a node's sums, and the ratios by which they become bytes: one for all or one for each output channel. */
interface Stored {
  readonly sums: StoredSums;
  readonly ratios?: readonly number[];
}

/** The largest product of two differences of bytes. */
const largestProduct = 255 * 255;

/** What a node says of its sums of so many products; without an output they stay as they are. */
function storedOf(
  context: PlanContext,
  fused: FusedNode,
  output: StoredAs | undefined,
  terms: number,
): Stored {
  if (output === undefined) return { sums: { dtype: 'int32' } };
  const [input, weight] = [typeOfInput(context, fused, 0), typeOfInput(context, fused, 1)];
  const ratios = requantizationRatios(scaleOf(input), weight.quantization?.scale ?? [], output.scale);
  const largestBias = context.facts.biased.has(fused.node.name) ? 2 ** 31 : ordinaryBias;
  const largestSum = Math.min(2 ** 31, terms * largestProduct + largestBias);
  return { sums: boundedByteSums(output, largestSum, ratios), ratios };
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

/** The step of a kernel that widens its node's input in scratch, from a computed zero point where the node has one. */
function bytesStep<K>(
  context: PlanContext,
  fused: FusedNode,
  stored: Stored,
  { kernel, units, weights, scratch }: BytesStep<K>,
): PlannedStep<K>[] {
  const input = (index: number): Operand => inputOperand(context, fused, index);
  const [step] = oneStep(context, fused, kernel, units, [input(0), weights]);
  const zero = hasZeroInput(fused, stored) ? [input(2)] : [];
  return [{ ...step, operands: [...step.operands, scratch, ...zero] }];
}

interface BytesStep<K> {
  readonly kernel: K;
  readonly units: number;
  readonly weights: Operand;
  readonly scratch: Operand;
}

/** A matrix product of so many pixels with rows of `length` numbers; `taps` times `depth` of them count for a group. */
interface ProductShape {
  readonly pixels: number;
  readonly length: number;
  readonly taps: number;
  readonly depth: number;
  readonly groups: number;
  readonly columns: number;
  readonly window?: RowWindow;
}

/** A matrix product of bytes, which it widens. */
function gemmStep(
  context: PlanContext,
  fused: FusedNode,
  stored: Stored,
  op: string,
  { pixels, length, taps, depth, groups, columns, window }: ProductShape,
): PlannedStep<GemmKernel>[] {
  const type = typeOfInput(context, fused, 0);
  const isOperand = hasZeroInput(fused, stored);
  const parameters = parametersOf(context, fused, stored);
  const zeroPoints = new Set(parameters.zeroPoints);
  const panels = {
    dtype: byteTypeOf(typeOfInput(context, fused, 1)),
    zero: parameters.zeroPoints[0] as number,
  };
  if (groups === 1 && context.engine.byteProducts !== undefined && !isOperand) {
    return byteStep(context, fused, stored, op, {
      pixels,
      length,
      taps,
      depth,
      groups,
      columns,
      ...(window && { window }),
    });
  }
  const kernel = planGemm(context.engine, op, {
    ...{ images: 1, imageStride: 0, lines: 1, lineStride: 0, epilogue: [], pixels, groups, columns },
    pixelStride: length * wideBytes,
    taps: taps > 1 ? [{ count: taps, stride: (length / taps) * wideBytes }] : [],
    depth: Math.ceil(depth / 2),
    groupStride: depth * wideBytes,
    integers: stored.sums,
    widened: {
      rows: {
        dtype: byteTypeOf(type),
        zero: isOperand ? 'operand' : zeroPointOf(type),
        ...(window && { window }),
      },
      ...(zeroPoints.size === 1 && { panels }),
    },
    terms: taps * depth,
  });
  const layout = {
    kind: 'integer-gemm',
    groups,
    columns,
    panelColumns: kernel.tile.vectors * lanes,
    taps,
    depth,
    isBytes: zeroPoints.size === 1,
    ...parameters,
  } as const;
  const weights: Operand = { kind: 'weights', bytes: packedLength(kernel) * floatBytes, layout };
  const scratch: Operand = { kind: 'scratch', bytes: widenedScratch(kernel).bytes };
  return bytesStep(context, fused, stored, { kernel, units: gemmUnits(kernel), weights, scratch });
}

/** A matrix product of bytes as they are, where the host multiplies them exactly. */
function byteStep(
  context: PlanContext,
  fused: FusedNode,
  stored: Stored,
  op: string,
  { pixels, length, columns, window }: ProductShape,
): PlannedStep<GemmKernel>[] {
  const [type, weight] = [typeOfInput(context, fused, 0), typeOfInput(context, fused, 1)];
  const dtype = byteTypeOf(type);
  const isSigned = context.engine.byteProducts === 'signed';
  const parameters = parametersOf(context, fused, stored);
  const zeroPoints = parameters.zeroPoints.map((zero) =>
    operandZero({ dtype: byteTypeOf(weight), isSigned: true }, zero),
  );
  const hasSums = length > 0 && zeroPoints.some((zero) => zero !== 0);
  const sums = hasSums ? (new Set(zeroPoints).size === 1 ? 'shared' : 'each') : undefined;
  const zero = operandZero({ dtype, isSigned }, zeroPointOf(type));
  const kernel = planGemm(context.engine, op, {
    ...{
      images: 1,
      imageStride: 0,
      lines: 1,
      lineStride: 0,
      epilogue: [],
      taps: [],
      groups: 1,
      pixels,
      columns,
    },
    pixelStride: byteRowStride(length, sums),
    depth: Math.ceil(length / quad),
    integers: stored.sums,
    widened: {
      rows: {
        ...{ dtype, zero, ...(window && { window }) },
        bytes: { dtype, isSigned, ...(sums && { sums }) },
        ...(sums === 'shared' && { sumFactor: -(zeroPoints[0] as number) }),
      },
    },
    terms: length,
  });
  const layout = {
    kind: 'integer-bytes',
    columns,
    panelColumns: kernel.tile.vectors * lanes,
    depth: length,
    inputZero: zero,
    hasFactors: sums === 'each',
    ...parameters,
    zeroPoints,
  } as const;
  const weights: Operand = { kind: 'weights', bytes: packedLength(kernel) * floatBytes, layout };
  const scratch: Operand = { kind: 'scratch', bytes: widenedScratch(kernel).bytes };
  return bytesStep(context, fused, stored, { kernel, units: gemmUnits(kernel), weights, scratch });
}

/** The greatest number that divides both. */
const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** A depthwise convolution: rows of the image lie beside one another in pairs, and so do rows of the window. */
function planIntegerDepthwise(
  context: PlanContext,
  fused: FusedNode,
  stored: Stored,
): PlannedStep<DepthwiseKernel>[] {
  const node = fused.node as NodeOf<'quantized-conv2d'> | NodeOf<'conv-integer'>;
  const { strides, dilations, padding } = node.attributes;
  const [batch, height, width, inputs] = imageOf(context, node.inputs[0]);
  const [, outputHeight, outputWidth, channels] = imageOf(context, node.outputs[0]);
  const window = shapeOf(context, node.inputs[1]).slice(0, 2) as [number, number];
  const pairRows = Math.ceil(window[0] / 2);
  const betweenPairs = pairRows > 1 ? 2 * dilations[0] : 0;
  const step = commonDivisor(strides[0], betweenPairs);
  const reach = (outputHeight - 1) * strides[0] + (pairRows - 1) * betweenPairs;
  const type = typeOfInput(context, fused, 0);
  const isOperand = hasZeroInput(fused, stored);
  const image = {
    ...{ height, width, channels: inputs, left: padding.left, right: padding.right },
    ...{ repeat: channels / inputs, top: padding.top, rows: reach / step + 1, step, distance: dilations[0] },
    dtype: byteTypeOf(type),
    zero: isOperand ? ('operand' as const) : zeroPointOf(type),
  };
  const shape = {
    batch,
    input: [image.rows, pairColumns(image)],
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
  } as const;
  const pairs = { ...image, unitRows: rowsOfPairs(context.engine, shape, pairRowBytes(image)) };
  const kernel = { ...planDepthwise(context.engine, shape), pairs };
  const layout = {
    kind: 'integer-depthwise',
    channels,
    window,
    step: kernel.vectors * lanes,
    // One that is computed is taken from each byte.
    inputZero: isOperand ? 0 : zeroPointOf(type),
    ...parametersOf(context, fused, stored),
  } as const;
  const weights: Operand = { kind: 'weights', bytes: packedDepthwiseLength(kernel) * floatBytes, layout };
  const scratch: Operand = { kind: 'scratch', bytes: pairsScratch(kernel, pairs) };
  return bytesStep(context, fused, stored, { kernel, units: depthwiseUnits(kernel), weights, scratch });
}

/** `quantized-conv2d` and `conv-integer`. */
export function planIntegerConv2d(
  context: PlanContext,
  fused: FusedNode,
): PlannedStep<GemmKernel | DepthwiseKernel>[] {
  const node = fused.node as NodeOf<'quantized-conv2d'> | NodeOf<'conv-integer'>;
  const { groups, strides, dilations, padding } = node.attributes;
  const [batch, height, width, channels] = imageOf(context, node.inputs[0]);
  const [kernelHeight, kernelWidth] = shapeOf(context, node.inputs[1]) as [number, number];
  const taps = kernelHeight * kernelWidth;
  const output = 'output' in node.attributes ? node.attributes.output : undefined;
  const stored = storedOf(context, fused, output, (taps * channels) / groups);
  if (groups === channels && channels > 1) return planIntegerDepthwise(context, fused, stored);
  const [, outputHeight, outputWidth, outputs] = imageOf(context, node.outputs[0]);
  const window = {
    height,
    width,
    channels,
    output: [outputHeight, outputWidth],
    window: [kernelHeight, kernelWidth],
    strides,
    dilations,
    padding,
  } as const;
  const isBordered = Object.values(padding).some((pixels) => pixels > 0);
  const isPointwise = taps === 1 && strides[0] === 1 && strides[1] === 1 && !isBordered;
  return gemmStep(context, fused, stored, 'conv2d', {
    pixels: batch * outputHeight * outputWidth,
    length: taps * channels,
    // Between a window's pixels of one group lie those of the others.
    ...(groups === 1 ? { taps: 1, depth: taps * channels } : { taps, depth: channels / groups }),
    groups,
    columns: outputs / groups,
    ...(!isPointwise && { window }),
  });
}

/** `quantized-matmul` and `matmul-integer`: packed where b is a parameter for all of a, else number by number. */
export function planIntegerProduct(
  context: PlanContext,
  fused: FusedNode,
): PlannedStep<GemmKernel | IntegerMatmulKernel>[] {
  const node = fused.node as NodeOf<'quantized-matmul'> | NodeOf<'matmul-integer'>;
  const a = shapeOf(context, node.inputs[0]);
  const b = shapeOf(context, node.inputs[1]);
  const [inner, columns] = b.slice(-2) as [number, number];
  const rows = elementCount(a.slice(0, -1));
  const output = 'output' in node.attributes ? node.attributes.output : undefined;
  const stored = storedOf(context, fused, output, inner);
  const isBatched = b.length > 2;
  if (isBatched || !isParameter(context, fused, 1)) {
    // A matrix of b serves so many rows.
    const rowsPerMatrix = isBatched ? (a.at(-2) as number) : rows;
    return integerMatmulStep(context, fused, stored, { rows, rowsPerMatrix, inner, columns });
  }
  const shape = { pixels: rows, length: inner, taps: 1, depth: inner, groups: 1, columns };
  return gemmStep(context, fused, stored, 'matmul', shape);
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
