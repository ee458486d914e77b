/** @file From the parameters of a network to the memory of its plan: one function for each kind of layout. */
import { foldedBias, normFactors, type Weights } from '@sepconv/graph';
import { type Tensor, toFloat32 } from '@sepconv/tensor';
import { EngineError } from '../errors.js';
import type { LayerParameters, Layout } from '../plan/layout.js';
import type { Plan } from '../plan/plan.js';
import { normRows } from './batch-norm.js';
import { packIntegerBytes, packIntegerColumns, packIntegerDepthwise, packIntegerGemm } from './integers.js';
import { type LayerWeights, packDepthwise, packProducts } from './panels.js';

function tensorOf(weights: Weights, name: string): Tensor {
  const tensor = weights.get(name);
  if (tensor !== undefined) return tensor;
  throw new EngineError(
    `the plan packs the parameter "${name}", which is not among the weights: give those of the network that was planned`,
  );
}

const noIntegers = new Int32Array(0);

/** Integers as they are stored; none where there is no such parameter. */
const integersOf = (weights: Weights, name: string | undefined): Tensor['data'] =>
  name === undefined ? noIntegers : tensorOf(weights, name).data;

/** The numbers of a float32 layer with so many output channels. */
function numbersOf(
  weights: Weights,
  { weight, bias, norm }: LayerParameters,
  channels: number,
): LayerWeights {
  const own = bias === undefined ? new Float32Array(channels) : toFloat32(tensorOf(weights, bias)).data;
  const numbers = { weight: tensorOf(weights, weight), bias: own };
  if (norm === undefined) return numbers;
  const factors = normFactors(weights, norm);
  return { ...numbers, bias: foldedBias(weights, norm, factors, own), factors };
}

/** Bytes as they are, and real numbers as float32. */
function storedBytes(tensor: Tensor): Uint8Array {
  const isInteger = tensor.dtype === 'int8' || tensor.dtype === 'uint8' || tensor.dtype === 'int32';
  const { buffer, byteOffset, byteLength } = (isInteger ? tensor : toFloat32(tensor)).data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Writes a layout to its place, which holds zeros. */
type Pack<Kind> = (
  layout: Extract<Layout, { readonly kind: Kind }>,
  weights: Weights,
  target: Uint8Array<ArrayBuffer>,
) => void;

const floatsOf = ({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Float32Array =>
  new Float32Array(buffer, byteOffset, byteLength / 4);

const packers: { readonly [Kind in Layout['kind']]: Pack<Kind> } = {
  gemm: (layout, weights, target) => {
    const [{ groups, columns, taps }] = layout.products;
    const channels = (groups * columns) / (taps?.sideBySide ?? 1);
    packProducts(layout.products, numbersOf(weights, layout, channels), floatsOf(target));
  },
  depthwise: (layout, weights, target) => {
    packDepthwise(layout, numbersOf(weights, layout, layout.channels * layout.multiplier), floatsOf(target));
  },
  'batch-norm': ({ norm, isCentred, width }, weights, target) => {
    const floats = floatsOf(target);
    normRows(weights, norm, isCentred).forEach((row, index) => {
      floats.set(row, index * width);
    });
  },
  'integer-gemm': (layout, weights, target) => {
    packIntegerGemm(layout, tensorOf(weights, layout.weight), integersOf(weights, layout.bias), target);
  },
  'integer-bytes': (layout, weights, target) => {
    packIntegerBytes(layout, tensorOf(weights, layout.weight), integersOf(weights, layout.bias), target);
  },
  'integer-depthwise': (layout, weights, target) => {
    packIntegerDepthwise(layout, tensorOf(weights, layout.weight), integersOf(weights, layout.bias), target);
  },
  'integer-columns': (layout, weights, target) => {
    packIntegerColumns(layout, integersOf(weights, layout.bias), target);
  },
  copy: ({ parameters, stride }, weights, target) => {
    parameters.forEach((name, index) => {
      target.set(storedBytes(tensorOf(weights, name)), index * stride);
    });
  },
  constant: ({ data }, _, target) => target.set(data),
};

/**
 * Writes what the steps of a plan read beside values into its memory, which holds zeros.
 *
 * @param weights of the network that was planned.
 * @throws {EngineError} when a parameter is missing.
 */
export function packPlan(plan: Plan, weights: Weights, memory: ArrayBuffer): void {
  for (const { operands, addresses } of plan.steps) {
    operands.forEach((operand, index) => {
      if (operand.kind !== 'weights') return;
      const target = new Uint8Array(memory, addresses[index], operand.bytes);
      (packers[operand.layout.kind] as Pack<Layout['kind']>)(operand.layout, weights, target);
    });
  }
}
