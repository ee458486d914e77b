import type { Method } from './decompose-conv2d.js';

/** What became of one conv2d node, and why. */
export interface LayerReport {
  /** The node's name. */
  readonly name: string;
  /** T that was chosen, whether or not the layer was replaced; `null` where there is none. */
  readonly rank: number | null;
  /** The rank at which nothing is lost; `null` for a layer that cannot be decomposed. */
  readonly exactRank: number | null;
  /** 1/R: a rank below it saves multiply-adds. */
  readonly breakEvenRank: number | null;
  /**
   * For t = 1 … exactRank, the root of the sum over all slices of the squared t-th singular value; weighted by the inputs' second
   * moments where there are calibration inputs. Empty for a layer that cannot be decomposed.
   */
  readonly spectrum: readonly number[];
  /** The share of the squared spectrum that the rank keeps, 0 to 1. */
  readonly energy: number | null;
  /** `‖error‖ / ‖output‖` of this layer alone, on the inputs that the totals name. */
  readonly outputError: number | null;
  readonly method: Method | null;
  /** Multiply-adds of the standard convolution. */
  readonly macsBefore: number;
  /** Multiply-adds of both steps at the chosen rank, whether or not the layer was replaced. */
  readonly macsAfter: number | null;
  /** Milliseconds of the layer alone; `null` where nothing was measured. */
  readonly msBefore: number | null;
  readonly msAfter: number | null;
  readonly replaced: boolean;
  /** One sentence without its full stop. */
  readonly why: string;
}

/** The network as a whole. */
export interface DecompositionTotals {
  /** conv2d nodes. */
  readonly layers: number;
  readonly replaced: number;
  /** Multiply-adds of the whole network. */
  readonly macsBefore: number;
  readonly macsAfter: number;
  /** Numbers in parameters, after BatchNorm was folded if it was. */
  readonly paramsBefore: number;
  readonly paramsAfter: number;
  /** Milliseconds of the whole network; `null` where nothing was measured. */
  readonly msBefore: number | null;
  readonly msAfter: number | null;
  /** `‖error‖ / ‖output‖` of the network's outputs. */
  readonly outputError: number;
  /** The root of the sum of `1 − energy` over the replaced layers: what a budget of `error` limits. */
  readonly predictedError: number;
  /** Where errors were measured: on the calibration inputs, or on seeded random ones, which are not like images. */
  readonly errorInputs: 'calibration' | 'random';
  readonly inputCount: number;
}

/** What a decomposition did. */
export interface DecompositionReport {
  /** The network's name. */
  readonly name: string;
  /** Every conv2d node in the graph's order. */
  readonly layers: readonly LayerReport[];
  readonly totals: DecompositionTotals;
}
