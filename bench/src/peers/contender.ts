/** @file One interface for everybody who is compared. */
import type { ReadNetworkOptions } from '@sepconv/formats';
import type { Tensor } from '@sepconv/tensor';
import type { BenchModel } from './models.ts';

/** A model file in memory, and how it is read. */
export interface ModelFile extends Pick<ReadNetworkOptions, 'fileName' | 'arithmetic' | 'dimensions'> {
  readonly bytes: Uint8Array;
}

/** A model of which a contender has no more than the file's bytes. */
export interface FileModel {
  readonly file: ModelFile;
  readonly input: Tensor;
}

/** What runs, once it is loaded. */
export interface Loaded {
  /** The engine inside, by the contender's own word. */
  readonly engine: string;
  /** Why this engine, where the contender chose it. */
  readonly reason?: string;
  /**
   * From numbers in JavaScript to numbers in JavaScript: handing over the input and getting at the output is part of a run
   * for everybody. `input` is in the layout that `prepare` chose.
   */
  run(): Float32Array | Promise<Float32Array>;
  /** Waits for threads that start beside the first runs. */
  ready?(): Promise<void>;
}

/**
 * A contender with a model in memory, in the form in which its users have it: a graph with weights, or a model file's
 * bytes. Modules are imported already.
 */
export interface Prepared {
  /** From there to ready to run: everything that a user waits for behind the import. Timed. */
  load(): Promise<Loaded>;
}

/** Where a contender's own files are, if it must be told. */
export interface AssetPaths {
  readonly onnxruntimeWeb?: string;
  readonly tfjsBackendWasm?: string;
  readonly litert?: string;
  /** The script of a thread of ours, in a page. */
  readonly thread?: string;
}

/** Makes a contender ready to be timed. */
export type Prepare = (
  model: BenchModel | FileModel,
  assets: AssetPaths,
  threads: number,
) => Promise<Prepared>;

/** How to get at a contender: imports its module only when it is wanted. */
export type ContenderTable = Readonly<Record<string, () => Promise<Prepare>>>;
