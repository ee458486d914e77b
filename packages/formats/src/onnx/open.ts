import { plainBytes } from '../bytes.js';
import type { ImportedNetwork } from '../imported-network.js';
import { expectOptions } from '../options.js';
import type { Readers } from './context.js';
import { DecodedWeights } from './decoded-weights.js';
import { externalLocations } from './external-data.js';
import { importModel, type OnnxOptions } from './import.js';
import { type ElementType, type OnnxModel, readModel, type ValueInfo } from './model.js';
import { loadReaders } from './readers.js';

/** An input or output as an ONNX file declares it. */
export interface OnnxValueInfo {
  readonly name: string;
  /** Absent for what is no tensor: a sequence, an optional. */
  readonly type?: ElementType;
  /** A number, the name of an open dimension, or '' for an open one without a name. Absent where nothing is said. */
  readonly dims?: readonly (number | string)[];
}

/** An ONNX file whose messages are read, and whose network is not built yet. */
export interface OpenedOnnx {
  /** The graph's name in the file. */
  readonly name: string;
  /** Version of the standard operators. */
  readonly opset: number;
  /** What has to be given, in the file's order. */
  readonly inputs: readonly OnnxValueInfo[];
  /** Inputs that the file gives a default for, as old files do with all weights. */
  readonly defaults: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  /** Files beside the model that it names, by their paths relative to it: what the option `externalData` has to have. */
  readonly externalFiles: readonly string[];
  /**
   * Builds the network for these shapes. It can be called again with others: nothing is parsed a second time, and the
   * networks share the memory of their weights.
   *
   * @throws {FormatError} as `readOnnx` rejects.
   */
  bind(options?: OnnxOptions): ImportedNetwork;
}

/** Open dimensions are said to be '', whether the file leaves them out or writes 0 or −1. */
function infoOf({ name, type, dims }: ValueInfo): OnnxValueInfo {
  const shown = dims?.map((dimension) => (typeof dimension === 'number' && dimension < 1 ? '' : dimension));
  return { name, ...(type !== undefined && { type }), ...(shown !== undefined && { dims: shown }) };
}

/**
 * Reads the messages of an ONNX file: what it takes and gives, and with `bind` the network for shapes that it leaves open. What reads the less
 * usual operators is loaded where the file needs it.
 *
 * @throws {DamagedFileError} when the bytes are not an ONNX file, or contradict themselves.
 * @throws {FormatError} when the file uses what cannot be read.
 *
 * @example
 * const model = await openOnnx(bytes);
 * const small = model.bind({ shapes: { x: [1, 3, 48, 96] } });
 * const large = model.bind({ shapes: { x: [1, 3, 48, 320] } });
 */
export async function openOnnx(bytes: Uint8Array): Promise<OpenedOnnx> {
  const model = readModel(plainBytes(bytes));
  return openedModel(model, bytes.length, await loadReaders(model));
}

/** A model with all that it is read with. */
export function openedModel(model: OnnxModel, fileBytes: number, readers: Readers): OpenedOnnx {
  const decoded = new DecodedWeights();
  const isDefault = ({ name }: ValueInfo): boolean => model.initializers.has(name);
  return {
    name: model.name,
    opset: model.opset,
    inputs: model.inputs.filter((input) => !isDefault(input)).map(infoOf),
    defaults: model.inputs.filter(isDefault).map(infoOf),
    outputs: model.outputs.map(infoOf),
    externalFiles: externalLocations(model),
    bind: (options = {}) => importModel(model, fileBytes, expectOptions(options), readers, decoded),
  };
}
