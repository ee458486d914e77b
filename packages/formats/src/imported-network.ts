import type { Network } from '@sepconv/graph';
import { formatShape, type Normalization, type Shape } from '@sepconv/tensor';
import { quote } from './errors.js';
import type { Format } from './inspection.js';
import type { ModelMetadata } from './metadata/metadata.js';

/**
 * What a quantized network is computed with: `'float32'`, the real numbers that its integers stand for, clipped where its
 * types clip; `'integer'`, its integers, exactly as its own runtime computes them; or `'runtime'`, the same, and where only the weights
 * of a TFLite file are int8, real numbers rounded as LiteRT rounds them before a product.
 */
export type Arithmetic = 'float32' | 'integer' | 'runtime';

/** How a file stores the numbers of an input or output: `real = scale · (stored − zeroPoint)`. */
export interface StoredQuantization {
  readonly dtype: 'int8' | 'uint8' | 'int16';
  readonly scale: number;
  readonly zeroPoint: number;
}

/** An input of an imported network, with what the file says of the numbers that go in. */
export interface ImportedInput {
  /** The value's name in the graph. */
  readonly name: string;
  /** The shape in the graph: images are `[N, H, W, C]`, whatever the file's layout. */
  readonly shape: Shape;
  /**
   * For each dimension of `shape`, which one of the file's it is: `[0, 2, 3, 1]` for an image that the file counts N, C,
   * H, W. Absent where both count alike. `toGraphLayout` rearranges a tensor accordingly.
   */
  readonly fileAxes?: readonly number[];
  /**
   * Present when the file takes quantized numbers; the network here takes the real ones, in integer arithmetic the stored
   * ones, of which `quantizeTensor` makes them.
   */
  readonly quantization?: StoredQuantization;
  /**
   * How the bytes 0…255 of a pixel become the network's input, `(byte − mean) / standardDeviation`, when the file says
   * it: hand it to `imageToTensor`. Absent when the file does not; then the model's author has to be asked.
   */
  readonly normalization?: Normalization;
}

/** An output of an imported network. */
export interface ImportedOutput {
  /** The value's name in the graph. */
  readonly name: string;
  readonly shape: Shape;
  /** As an input's; `toFileLayout` rearranges a tensor accordingly. */
  readonly fileAxes?: readonly number[];
  /**
   * Present when the file gives quantized numbers; the network here gives the real ones, in integer arithmetic the stored
   * ones, of which `toFloat32` makes them.
   */
  readonly quantization?: StoredQuantization;
  /**
   * Where a run tells how many rows there are, as of boxes that were chosen: the output of one number that says so. The output has all
   * rows that there can be, zeros behind those that are there.
   */
  readonly count?: string;
}

/** What a reader says of an output whose number of rows a run tells. */
export const openOutputWarning = (fileName: string, shape: Shape, count: string): string =>
  `How many rows ${quote(fileName)} has a run tells: it is given as ${formatShape(shape)} with zeros behind the last one, and the output ${quote(count)} says how many they are.`;

/** The names of a network's outputs, with those that count others' rows. */
export const outputNames = (outputs: readonly ImportedOutput[]): string[] => [
  ...new Set([...outputs.map(({ name }) => name), ...outputs.flatMap(({ count }) => count ?? [])]),
];

/** Where a value of the file is in the graph. */
export interface ImportedValue {
  /** The value's name in the graph. */
  readonly name: string;
  /** As an input's; without it the elements lie in the file's order. */
  readonly fileAxes?: readonly number[];
  /** As an output's. */
  readonly quantization?: StoredQuantization;
}

/** A node of the file that a partial read left out. */
export interface LeftNode {
  readonly op: string;
  /** Its name in the file, or that of its output. */
  readonly name: string;
  /** Why it could not be read. */
  readonly why: string;
}

/** What a file was read into. */
export interface ImportedNetwork {
  /** The graph and its weights: all float32, but for networks in integer arithmetic. */
  readonly network: Network;
  readonly inputs: readonly ImportedInput[];
  readonly outputs: readonly ImportedOutput[];
  /** What was read differently from how the file says it, one sentence each. */
  readonly warnings: readonly string[];
  /**
   * The file's values that are values of the graph too, inputs and outputs among them, by their names in the file and in its
   * order: what another runtime calls so has these numbers. Values between ops that became one have no entry.
   */
  readonly values: ReadonlyMap<string, ImportedValue>;
  /** What a read with `partial` left out; empty otherwise. */
  readonly left: readonly LeftNode[];
  /** What the file says beside the network: names of classes, how images are prepared, where it comes from. */
  readonly metadata: ModelMetadata;
  readonly format: Format;
}

/** Options of every reader. */
export interface ReadOptions {
  /** The graph's name. Default: the file's own, or the format's. */
  readonly name?: string;
  /**
   * The most elements that any value of the network may have; a file that asks for more is refused before anything is
   * allocated. Default 2²⁸, one GiB of float32.
   */
  readonly maxElements?: number;
  /**
   * Reads the file up to a node: its outputs are the network's, and what they do not need is not looked at. The name of the
   * node or of a value that it computes, as the file has it; of TFLite, which names no operators, of the value.
   */
  readonly until?: string | undefined;
  /**
   * Leaves out what cannot be read instead of refusing the file, and names it in `left`. What the file says that such a node
   * gives becomes an input of the network, where the file states its shape (TFLite does); otherwise whatever needs
   * it is left out too. What such nodes would have read is among the network's outputs. Default false.
   */
  readonly partial?: boolean | undefined;
}
