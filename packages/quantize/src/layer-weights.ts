/** @file What a layer with weights computes with, whichever op it is. */
import type { Network } from '@sepconv/graph';
import { elementCount, type Shape, type Tensor, toFloat32 } from '@sepconv/tensor';
import type { Layer } from '@sepconv/train/quantization';

/** A layer's weight and bias as real numbers. */
export interface LayerWeights {
  /** The names of the parameters. */
  readonly names: { readonly weight: string; readonly bias?: string };
  /** In the order of the graph: output channels are the last index, those of a depthwise weight `c · M + m`. */
  readonly weight: Float32Array;
  readonly shape: Shape;
  /** Output channels. */
  readonly channels: number;
  readonly bias?: Float32Array;
}

/** The weights of a layer, whose node has some. */
export function layerWeights({ weights }: Network, { node }: Pick<Layer, 'node'>): LayerWeights {
  const [, weight = '', bias] = node.inputs;
  const { data, shape } = toFloat32(weights.get(weight) as Tensor);
  const channels = node.op === 'depthwise-conv2d' ? elementCount(shape.slice(2)) : (shape.at(-1) as number);
  return {
    names: { weight, ...(bias !== undefined && { bias }) },
    weight: data,
    shape,
    channels,
    ...(bias !== undefined && { bias: toFloat32(weights.get(bias) as Tensor).data }),
  };
}
