import { plainBytes } from './bytes.js';
import type { ImportedNetwork, ReadOptions } from './imported-network.js';
import { importModel } from './tflite/import.js';
import { readModel } from './tflite/model.js';

export { DamagedFileError, FormatError } from './errors.js';
export type {
  ImportedInput,
  ImportedNetwork,
  ImportedOutput,
  ReadOptions,
  StoredQuantization,
} from './imported-network.js';
export type { Inspection } from './inspection.js';
export { inspectTflite } from './tflite/inspect.js';

/**
 * Reads a TFLite (LiteRT) model: the graph, the weights, and what its inputs and outputs mean.
 *
 * The network is float32. Quantized weights and biases become the real numbers that they stand for, and where the
 * quantized model clips, because an op's result leaves what its type can store, a clamp does the same; what remains is
 * the rounding between the steps. Convolutions of one channel per group become depthwise-conv2d, 1×1 ones
 * pointwise-conv2d, SAME padding its four numbers, and a pooling window as large as the image global pooling.
 *
 * The file is not trusted: whatever its bytes are, the result is a network that fits together, or a `FormatError`, in
 * time and memory bounded by the file's size.
 *
 * @throws {FormatError} when the file is damaged, or uses something that a graph cannot express; unsupported ops are
 * listed all at once.
 *
 * @example
 * const { network, inputs } = readTflite(await readFile('mobilenet_v1_0.25_128_quant.tflite'));
 * const { shape, normalization = false } = inputs[0];
 * const image = imageToTensor(pixels, { size: { height: shape[1], width: shape[2] }, normalize: normalization });
 */
export function readTflite(bytes: Uint8Array, options: ReadOptions = {}): ImportedNetwork {
  return importModel(readModel(plainBytes(bytes)), bytes.length, options).imported;
}
