/** @file One interface for everybody who opens a model file. */
import type { Format, InputShapes } from '@sepconv/formats';
import type { Shape } from '@sepconv/tensor';

/** A model file as it travels to a worker. */
export interface FileRequest {
  readonly format: Exclude<Format, 'safetensors'>;
  /** Where the worker reads it: a path in Node, a URL in a page. */
  readonly location: string;
  readonly shapes?: InputShapes;
  readonly values?: Readonly<Record<string, number>>;
  readonly picture?: 'text' | 'pixels';
  readonly arithmetic?: 'runtime';
}

/** A model file in memory, with the shards of a TF.js model by their paths. */
export interface OpenedFile extends FileRequest {
  readonly bytes: Uint8Array;
  readonly shards: ReadonlyMap<string, Uint8Array>;
}

/** An input or output as the file counts its dimensions. */
export interface FileValue {
  readonly name: string;
  readonly shape: Shape;
}

/** The numbers of an input or output. */
export interface FileNumbers extends FileValue {
  readonly data: Float32Array;
}

/** A model that is ready to run. */
export interface LoadedFile {
  /** By the contender's own word. */
  readonly engine: string;
  readonly inputs: readonly FileValue[];
  /** The outputs in the file's order, which the next run may overwrite. */
  run(inputs: readonly FileNumbers[]): readonly FileNumbers[] | Promise<readonly FileNumbers[]>;
}

/** Where a contender's own files are. */
export interface FileAssets {
  readonly tfjsBackendWasm: string;
  readonly litert: string;
}

/** From a file's bytes to ready to run. */
export type OpenFile = (file: OpenedFile, assets: FileAssets) => Promise<LoadedFile>;

/** How to get at a contender: imports its module only when it is wanted. */
export type OpenTable = Readonly<Record<string, () => Promise<OpenFile>>>;
