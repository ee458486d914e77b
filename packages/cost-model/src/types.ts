import type { OpName } from '@sepconv/graph';
import type { Shape } from '@sepconv/tensor';

/**
 * What kind of layer a node is, by what it computes and not by which op spells it: a conv2d with a 1×1 window is
 * `pointwise`, one with a group per input channel is `depthwise`.
 *
 * `separable` is the one op that does both steps; expand it with the graph's `expandSeparable` to see them apart.
 */
export const layerTypes = [
  'standard',
  'grouped',
  'depthwise',
  'pointwise',
  'separable',
  'dense',
  'batch-norm',
  'layer-norm',
  'activation',
  'pooling',
  'elementwise',
  'other',
] as const;

/** One of {@link layerTypes}. */
export type LayerType = (typeof layerTypes)[number];

/** Numbers in parameters, counted under four definitions, because published tables use all of them. */
export interface ParamCounts {
  /** Weights of convolutions and dense layers alone, without bias and BatchNorm. */
  readonly weights: number;
  /** What training changes: weights, biases, BatchNorm's scale and shift. PyTorch's count. */
  readonly trainable: number;
  /** `trainable` and what else a checkpoint holds: BatchNorm's moving statistics, constants. Keras's "Total params". */
  readonly total: number;
  /** What is left after the graph's `foldBatchNorm`: a folded layer keeps its weight and has one bias per channel. */
  readonly folded: number;
}

/** The counts that a layer, a layer type, a block and a network share. All but the intensity are exact integers. */
export interface CostCounts {
  /** Multiply-accumulates of convolutions and dense layers; a tap in the padding counts, anything else is 0. */
  readonly macs: number;
  /** `2 · macs`: a multiplication and an addition. Much literature calls a multiply-add one "FLOP"; this is not that. */
  readonly flops: number;
  readonly params: ParamCounts;
  /** Elements of the results. An op that only renames its input (reshape, flatten) makes none. */
  readonly activationElements: number;
  /** Bytes of the results. */
  readonly activationBytes: number;
  /** Bytes of the parameters as stored, of `params.total` numbers. */
  readonly weightBytes: number;
  /** Bytes read when every distinct input and parameter is read once; of a slice, what it takes. */
  readonly readBytes: number;
  /** Bytes written when every result is written once. */
  readonly writtenBytes: number;
  /**
   * Arithmetic intensity, FLOPs per byte: `flops / (readBytes + writtenBytes)`, 0 where nothing moves. What a roofline
   * has on its horizontal axis.
   */
  readonly intensity: number;
}

/** What one node costs. A parameter that several nodes read counts for each of them here, and once in the totals. */
export interface LayerCost extends CostCounts {
  /** The node's name. */
  readonly name: string;
  /** The name up to its first `/`, by which layers of one block belong together; the whole name without one. */
  readonly block: string;
  readonly op: OpName;
  readonly type: LayerType;
  /** Of the first input, `[N, H, W, C]` or `[N, C]`. */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
}

/**
 * Several layers together. Bytes are summed over the layers; a parameter of several nodes counts once, for its first reader.
 */
export interface GroupCost extends CostCounts {
  /** How many nodes. */
  readonly layers: number;
  /** Of the network's MACs, from 0 to 1; 0 when the network has none. */
  readonly macShare: number;
  /** Of the network's parameters under each definition, from 0 to 1. */
  readonly paramShare: ParamCounts;
}

/** The part of a network that one layer type has. */
export interface TypeShare extends GroupCost {
  readonly type: LayerType;
}

/** The part of a network that one block has. */
export interface BlockCost extends GroupCost {
  /** As in {@link LayerCost.block}. */
  readonly block: string;
}

/** What a network costs for the batch that its inputs declare. */
export interface NetworkCost {
  /** The graph's name. */
  readonly name: string;
  /** One entry per node, in the graph's order. */
  readonly layers: readonly LayerCost[];
  readonly totals: CostCounts;
  /** Only types that occur, in the order of {@link layerTypes}; a shared parameter belongs to its first reader. */
  readonly byType: readonly TypeShare[];
  /** In the order in which blocks begin; a shared parameter belongs to its first reader. */
  readonly byBlock: readonly BlockCost[];
}
