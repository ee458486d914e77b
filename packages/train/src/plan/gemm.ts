/** @file A matrix product of the engine inside a training step: the weights change, so they are packed again every time. */
import {
  gemmUnits,
  type LayerWeights,
  packedLength,
  packProduct,
  panelsOf,
  type planGemm,
} from '@sepconv/kernels/toolkit';
import type { Buffer, StepList } from './step-list.js';

/** A layer as packing takes it. */
export function layerWeights(data: Float32Array, bias: Float32Array): LayerWeights {
  return { weight: { dtype: 'float32', shape: [data.length], data }, bias };
}

/** A matrix product with its buffers. */
export interface GemmRun {
  readonly label: string;
  readonly kernel: ReturnType<typeof planGemm>;
  readonly input: Buffer;
  readonly weight: Buffer;
  readonly bias?: Buffer | undefined;
  /** Puts the weight in the order of the kernel's sum first; as it is without. */
  readonly arrange?: (weight: Float32Array) => Float32Array;
  readonly output: Buffer;
}

/** Packs the weight, then multiplies. */
export function runGemm(list: StepList, run: GemmRun): void {
  const { label, kernel, input, weight, bias, arrange = (w) => w, output } = run;
  const packed = list.buffer(`${label}/packed`, packedLength(kernel));
  const noBias = new Float32Array(kernel.groups * kernel.columns);
  const operands = bias === undefined ? [weight, packed] : [weight, packed, bias];
  list.script(label, operands, (weightView, packedView, biasView = noBias) => {
    packProduct(panelsOf(kernel), layerWeights(arrange(weightView!), biasView), packedView!);
  });
  list.kernel(label, kernel, gemmUnits(kernel), input, packed, output);
}
