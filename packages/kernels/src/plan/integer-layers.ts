/** @file From integer convolutions and matrix products to kernels: the input widened, the weights packed, the sums stored. */
import type { AttributesOf, NodeOf } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import type { FusedNode } from './fuse.js';
import {
  type IntegerDepthwiseKernel,
  integerDepthwiseWeights,
  planIntegerDepthwise,
} from './integer-depthwise.js';
import { type IntegerGemmKernel, integerGemmWeights, planIntegerGemm } from './integer-gemm.js';
import { type IntegerMatmulKernel, planIntegerMatmul } from './integer-matmul.js';
import { byteTypeOf, prefixOf, requantized, type SumResult, zeroPointOf } from './integers.js';
import type { IntegerParameters } from './layout.js';
import { imageOf, inputOperand, isParameter, parameterOf, shapeOf, typeOfInput } from './operands.js';
import type { Operand, PlanContext, PlannedKernel } from './step.js';
import { planWiden, type WidenKernel, wideBytes, widenedBytes, widenedExtent, widenUnits } from './widen.js';

/** A product's sums, and what is made of them. */
interface Store {
  readonly result: SumResult;
  /** The operands between the weights and the output. */
  readonly operands: (sumBytes: number) => Operand[];
  readonly elementBytes: number;
}

/** What a node says of its stored result. */
type Stored = Pick<AttributesOf['quantized-matmul'], 'output' | 'requantize'>;

/** Where requantized sums go, or sums as they are where the node stores none. */
function storeOf(context: PlanContext, fused: FusedNode, stored: Stored | undefined): Store {
  if (stored === undefined) return { result: { kind: 'int32' }, operands: () => [], elementBytes: 4 };
  const { result, table } = requantized(
    typeOfInput(context, fused, 0),
    typeOfInput(context, fused, 1),
    stored.output,
    stored.requantize,
  );
  return { result, operands: (bytes) => [table, { kind: 'scratch', bytes }], elementBytes: 1 };
}

/** Weight, bias and zero points. A third input of nodes without a stored result is no bias but a zero point. */
function parametersOf(context: PlanContext, fused: FusedNode, hasBias: boolean): IntegerParameters {
  return {
    weight: parameterOf(context, fused, 1),
    ...(hasBias && { bias: parameterOf(context, fused, 2) }),
    zeroPoints: typeOfInput(context, fused, 1).quantization?.zeroPoint ?? [0],
  };
}

/** The step that widens a node's input, as a value of its own; with the node's computed zero point where it has one. */
function widenStep(
  context: PlanContext,
  fused: FusedNode,
  image: Omit<WidenKernel, 'kind' | 'name' | 'dtype' | 'zero'>,
  hasZeroInput: boolean,
): { readonly step: PlannedKernel<WidenKernel>; readonly kernel: WidenKernel; readonly operand: Operand } {
  const type = typeOfInput(context, fused, 0);
  const zero = hasZeroInput ? 'operand' : zeroPointOf(type);
  const kernel = planWiden({ ...image, dtype: byteTypeOf(type), zero });
  const value = `${fused.output}/widened`;
  const operand: Operand = { kind: 'value', value };
  const step = {
    kernel,
    units: widenUnits(kernel),
    operands: [
      inputOperand(context, fused, 0),
      ...(hasZeroInput ? [inputOperand(context, fused, 2)] : []),
      operand,
    ],
    output: value,
    outputBytes: widenedBytes(kernel),
  };
  return { step, kernel, operand };
}

/** The step of a product on a widened input. */
function productStep<K>(
  fused: FusedNode,
  kernel: K,
  operands: { readonly input: Operand; readonly weights: Operand },
  sizes: { readonly units: number; readonly sumsPerUnit: number },
  store: Store,
): PlannedKernel<K> {
  const { units, sumsPerUnit } = sizes;
  return {
    kernel,
    units,
    operands: [
      operands.input,
      operands.weights,
      ...store.operands(sumsPerUnit * 4),
      { kind: 'value', value: fused.output },
    ],
    output: fused.output,
    outputBytes: units * sumsPerUnit * store.elementBytes,
  };
}

/** `quantized-conv2d` and `conv-integer`. */
export function planIntegerConv2d(
  context: PlanContext,
  fused: FusedNode,
): PlannedKernel<WidenKernel | IntegerGemmKernel | IntegerDepthwiseKernel>[] {
  const node = fused.node as NodeOf<'quantized-conv2d'> | NodeOf<'conv-integer'>;
  const { groups, strides, dilations, padding } = node.attributes;
  const stored = node.op === 'quantized-conv2d' ? node.attributes : undefined;
  const hasThird = node.inputs.length > 2;
  const [batch, height, width, channels] = imageOf(context, node.inputs[0]);
  const [, outputHeight, outputWidth, outputs] = imageOf(context, node.outputs[0]);
  const [kernelHeight, kernelWidth] = shapeOf(context, node.inputs[1]) as [number, number];
  const isDepthwise = groups === channels && channels > 1;
  const image = { batch, height, width, channels, padding, repeat: isDepthwise ? outputs / channels : 1 };
  const widened = widenStep(context, fused, image, stored === undefined && hasThird);
  const [paddedHeight, paddedWidth] = widenedExtent(widened.kernel);
  const store = storeOf(context, fused, stored);
  const parameters = parametersOf(context, fused, stored !== undefined && hasThird);
  const prefix = prefixOf(widened.kernel.dtype);
  const sizes = { units: batch * outputHeight, sumsPerUnit: outputWidth * outputs };
  if (isDepthwise) {
    const kernel = planIntegerDepthwise(prefix, {
      batch,
      input: [paddedHeight, paddedWidth],
      output: [outputHeight, outputWidth],
      channels: outputs,
      window: [kernelHeight, kernelWidth],
      strides,
      dilations,
      result: store.result,
    });
    const weights = integerDepthwiseWeights(kernel, parameters);
    return [widened.step, productStep(fused, kernel, { input: widened.operand, weights }, sizes, store)];
  }
  const pixelBytes = channels * wideBytes;
  const rowBytes = paddedWidth * pixelBytes;
  // Columns of the window lie side by side, unless dilation or another group's channels are between them.
  const isContiguous = dilations[1] === 1 && groups === 1;
  const kernel = planIntegerGemm(prefix, 'conv2d', {
    lines: batch * outputHeight,
    linesPerImage: outputHeight,
    imageStride: paddedHeight * rowBytes,
    lineStride: strides[0] * rowBytes,
    pixels: outputWidth,
    pixelStride: strides[1] * pixelBytes,
    taps: [
      { count: kernelHeight, stride: dilations[0] * rowBytes },
      { count: isContiguous ? 1 : kernelWidth, stride: dilations[1] * pixelBytes },
    ],
    depth: (isContiguous ? kernelWidth : 1) * (channels / groups),
    groups,
    columns: outputs / groups,
    result: store.result,
  });
  const weights = integerGemmWeights(kernel, parameters);
  return [widened.step, productStep(fused, kernel, { input: widened.operand, weights }, sizes, store)];
}

/** `quantized-matmul` and `matmul-integer`: packed where b is a parameter for all of a, else number by number. */
export function planIntegerProduct(
  context: PlanContext,
  fused: FusedNode,
): PlannedKernel<WidenKernel | IntegerGemmKernel | IntegerMatmulKernel>[] {
  const node = fused.node as NodeOf<'quantized-matmul'> | NodeOf<'matmul-integer'>;
  const stored = node.op === 'quantized-matmul' ? node.attributes : undefined;
  const hasThird = node.inputs.length > 2;
  const a = shapeOf(context, node.inputs[0]);
  const b = shapeOf(context, node.inputs[1]);
  const [inner, columns] = b.slice(-2) as [number, number];
  const rows = elementCount(a.slice(0, -1));
  const store = storeOf(context, fused, stored);
  const prefix = prefixOf(byteTypeOf(typeOfInput(context, fused, 0)));
  if (b.length > 2 || !isParameter(context, fused, 1)) {
    return [integerMatmulStep(context, fused, { rows, inner, columns, isBatched: b.length > 2 }, store)];
  }
  const padding = { top: 0, bottom: 0, left: 0, right: 0 };
  const image = { batch: 1, height: rows, width: 1, channels: inner, padding, repeat: 1 };
  const widened = widenStep(context, fused, image, stored === undefined && hasThird);
  const tap = { count: 1, stride: 0 };
  const kernel = planIntegerGemm(prefix, 'matmul', {
    lines: 1,
    linesPerImage: 1,
    imageStride: 0,
    lineStride: 0,
    pixels: rows,
    pixelStride: inner * wideBytes,
    taps: [tap, tap],
    depth: inner,
    groups: 1,
    columns,
    result: store.result,
  });
  const parameters = parametersOf(context, fused, stored !== undefined && hasThird);
  const sizes = { units: 1, sumsPerUnit: rows * columns };
  const weights = integerGemmWeights(kernel, parameters);
  return [widened.step, productStep(fused, kernel, { input: widened.operand, weights }, sizes, store)];
}

/** A product whose right side is computed, or one for each matrix of a. */
function integerMatmulStep(
  context: PlanContext,
  fused: FusedNode,
  sizes: {
    readonly rows: number;
    readonly inner: number;
    readonly columns: number;
    readonly isBatched: boolean;
  },
  store: Store,
): PlannedKernel<IntegerMatmulKernel> {
  const { rows, inner, columns, isBatched } = sizes;
  const [typeA, typeB] = [typeOfInput(context, fused, 0), typeOfInput(context, fused, 1)];
  const hasThird = fused.node.inputs.length > 2;
  const isStored = store.result.kind === 'bytes';
  const kernel = planIntegerMatmul({
    a: byteTypeOf(typeA),
    b: byteTypeOf(typeB),
    rows,
    // A matrix of b serves so many rows.
    rowsPerMatrix: isBatched ? (shapeOf(context, fused.node.inputs[0]).at(-2) as number) : rows,
    inner,
    columns,
    zero: !isStored && hasThird ? 'operand' : zeroPointOf(typeA),
    result: store.result,
  });
  const layout = {
    kind: 'integer-columns',
    columns,
    ...(isStored && hasThird && { bias: parameterOf(context, fused, 2) }),
    zeroPoints: typeB.quantization?.zeroPoint ?? [0],
  } as const;
  return {
    kernel,
    units: rows,
    operands: [
      inputOperand(context, fused, 0),
      inputOperand(context, fused, 1),
      { kind: 'weights', bytes: 8 * columns, layout },
      ...(kernel.zero === 'operand' ? [inputOperand(context, fused, 2)] : []),
      ...store.operands(columns * 4),
      { kind: 'value', value: fused.output },
    ],
    output: fused.output,
    outputBytes: rows * columns * store.elementBytes,
  };
}
