import { plainBytes } from '../bytes.js';
import type { ImportedNetwork } from '../imported-network.js';
import { expectOptions } from '../options.js';
import { importModel, type TfliteOptions } from './import.js';
import { readModel } from './model.js';
import { loadReaders } from './readers.js';

/**
 * Reads a TFLite (LiteRT) model: the graph, the weights, and what its inputs and outputs mean.
 *
 * By default the network is float32: quantized weights and biases become the real numbers that they stand for, and where
 * the quantized model clips, because an op's result leaves what its type can store, a clamp does the same; what remains
 * is the rounding between the steps. With `arithmetic: 'integer'` a network of int8 or uint8 is computed with its integers,
 * rounding included: convolutions, dense layers, sums, products, means and what only moves numbers; the few other ops are
 * dequantized, computed, and quantized again. Inputs and outputs are then the stored integers. Convolutions of one channel per group become depthwise-conv2d, 1×1 ones
 * pointwise-conv2d, SAME padding its four numbers, and a pooling window as large as the image global pooling.
 *
 * The file is not trusted: whatever its bytes are, the result is a network that fits together, or a `FormatError`, in
 * time and memory bounded by the file's size.
 *
 * What reads the less usual operators, and integers, is loaded where the file needs it.
 *
 * @throws {FormatError} when the file is damaged, or uses something that a graph cannot express; unsupported ops are
 * listed all at once.
 *
 * @example
 * const { network, inputs } = await readTflite(await readFile('mobilenet_v1_0.25_128_quant.tflite'));
 * const { shape, normalization = false } = inputs[0];
 * const image = imageToTensor(pixels, { size: { height: shape[1], width: shape[2] }, normalize: normalization });
 */
export async function readTflite(bytes: Uint8Array, options: TfliteOptions = {}): Promise<ImportedNetwork> {
  const { arithmetic } = expectOptions(options);
  const model = readModel(plainBytes(bytes));
  return importModel(model, bytes.length, options, await loadReaders(model, arithmetic)).imported;
}
