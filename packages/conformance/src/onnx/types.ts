/**
 * @file What ONNX's own operator tests need of an implementation (onnx/backend/test/data/node): a case is a small model,
 * and in each data set tensors for its inputs and outputs.
 *
 * The files of this entry name each other with their real ending, `.ts`, so that Node runs them as they are.
 */
import type { Network } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';

/** A tensor as an ONNX file has it. */
export interface FileTensor {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** Bytes of the `.pb` files of one data set, in the order of the model's inputs and outputs. */
export interface OnnxDataSet {
  readonly name: string;
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** Bytes of `model.onnx`, and its data sets. */
export interface OnnxCase {
  readonly name: string;
  readonly model: Uint8Array;
  /** Gives a file beside the model that holds weights, by its path relative to it; throws where there is none. */
  readonly files?: ((path: string) => Uint8Array) | undefined;
  readonly dataSets: readonly OnnxDataSet[];
}

export interface OnnxResult {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'unsupported';
  /** Whether the case was computed at load, because nothing in it depends on an input of the network. */
  readonly atLoad: boolean;
  /** Why it is not `passed`. */
  readonly why: string;
}

/** Where the dimensions of a graph's value are in the file, as an importer says. */
interface Placed {
  readonly name: string;
  readonly fileAxes?: readonly number[];
}

interface DeclaredValue {
  readonly name: string;
  /** Absent for sequences and optionals. */
  readonly type?: string;
}

/** What of `@sepconv/formats/onnx` is needed; passed in, because this package lies below it. */
export interface OnnxFormats {
  openOnnx(bytes: Uint8Array): Promise<{
    readonly inputs: readonly DeclaredValue[];
    readonly defaults: readonly DeclaredValue[];
    readonly outputs: readonly DeclaredValue[];
    bind(options: {
      readonly externalData?: (path: string) => Uint8Array | undefined;
      readonly shapes: Readonly<Record<string, readonly number[]>>;
      // biome-ignore lint/suspicious/noExplicitAny: the importer's element types are narrower than the text here
      readonly constants: ReadonlyMap<string, any>;
    }): {
      readonly network: Network;
      readonly inputs: readonly Placed[];
      readonly outputs: readonly Placed[];
    };
  }>;
  readOnnxTensor(bytes: Uint8Array): FileTensor;
  toGraphLayout(tensor: Tensor, placed: Placed): Tensor;
  toFileLayout(tensor: Tensor, placed: Placed): Tensor;
  readonly FormatError: abstract new (...args: never) => Error;
  readonly DamagedFileError: abstract new (...args: never) => Error;
}

/** Runs a network on tensors by input name, and gives its outputs by name. */
export type RunNetwork = (
  network: Network,
  inputs: ReadonlyMap<string, Tensor>,
) => ReadonlyMap<string, Tensor> | Promise<ReadonlyMap<string, Tensor>>;
