/** @file One layer as data. */
import type { HeightWidth, Network, Padding } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';

/** The ops that are measured one by one. */
export const layerOps = ['conv2d', 'depthwise-conv2d', 'pointwise-conv2d', 'dense'] as const;

/** A layer of a table. */
export interface Layer {
  readonly name: string;
  readonly op: (typeof layerOps)[number];
  /** `[N, H, W, C]`, or `[N, C]` of a dense layer. */
  readonly input: readonly number[];
  /** 1×1 for pointwise and dense layers. */
  readonly kernel: HeightWidth;
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly padding: 'same' | 'valid' | Padding;
  /** Output channels; of a depthwise layer, per input channel. */
  readonly filters: number;
  readonly groups: number;
  /** Done in the store. Other activations are ops of their own to this bench. */
  readonly activation: 'none' | 'relu' | 'relu6';
  /** How often the network has this layer. */
  readonly times: number;
  /** What it is computed with: real numbers, or integers of 8 bits with a scale for each output channel. */
  readonly type: LayerType;
}

/** What a layer is computed with. */
export const layerTypes = ['float32', 'int8'] as const;
export type LayerType = (typeof layerTypes)[number];

/** A layer with its numbers. */
export interface LayerCase {
  readonly network: Network;
  readonly input: Tensor;
}

/** Products per output element. */
export function termsOf({ op, input, kernel, groups }: Layer): number {
  const channels = input.at(-1) as number;
  const taps = kernel[0] * kernel[1];
  return op === 'depthwise-conv2d' ? taps : (taps * channels) / groups;
}
