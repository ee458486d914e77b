import type { Graph, Weights } from '@sepconv/graph';
import type { EngineName } from '@sepconv/kernels';
import type { Normalization } from '@sepconv/tensor';
import type { FullSettings } from './settings.js';

/** What one epoch came to. */
export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number;
  /** Updates since the beginning. */
  readonly steps: number;
  /** At the epoch's end. */
  readonly learningRate: number;
  /** Mean over the epoch's images, as they were seen: changed at random, by weights that still moved. */
  readonly loss: number;
  /** Share of the same images that were told right. */
  readonly accuracy: number;
  /** Of the whole validation set after the epoch; absent without one. */
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
}

/** How far a training has come. */
export interface Position {
  /** Epochs that are over. */
  readonly epoch: number;
  /** Steps of the present epoch that are over. */
  readonly step: number;
  /** Updates since the beginning. */
  readonly updates: number;
  /** Sums over the present epoch's steps. */
  readonly lossSum: number;
  readonly correct: number;
}

/** The best validation so far. */
export interface Best {
  readonly epoch: number;
  readonly accuracy: number;
  readonly loss: number;
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** The ranges that belong to them, as in the checkpoint. */
  readonly ranges?: ReadonlyMap<string, Float32Array>;
}

/** What a data set must have for a training to go on with it. */
export interface DataSummary {
  readonly count: number;
  readonly shape: readonly number[];
  readonly classes: readonly string[];
  /** How pixels became the network's input. */
  readonly normalization: Normalization;
  /** Of pixels and labels. */
  readonly digest: string;
}

/** A training at one moment. */
export interface Checkpoint {
  readonly graph: Graph;
  readonly settings: FullSettings;
  /** The engine that computed it; another one rounds differently. Absent before the first step. */
  readonly engine?: EngineName;
  /** A digest of the network that it learns from, if there is one. Absent before the first step. */
  readonly teacher?: string;
  readonly data: DataSummary;
  readonly position: Position;
  readonly history: readonly EpochMetrics[];
  readonly weights: Weights;
  /** By `<state>/<parameter>`. */
  readonly optimizer: ReadonlyMap<string, Float32Array>;
  readonly average?: ReadonlyMap<string, Float32Array>;
  /** Of a training for integers: scale, zero point and what learning them needs, by the names of values, one for those that are stored alike. */
  readonly ranges?: ReadonlyMap<string, Float32Array>;
  readonly best?: Best;
}
