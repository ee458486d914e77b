import type { ImportedNetwork } from '../imported-network.js';
import type { OnnxOptions } from './import.js';
import { openOnnx } from './open.js';

/**
 * Reads an ONNX model: the graph, the weights, and how its inputs and outputs lie.
 *
 * ONNX counts the dimensions of images N, C, H, W; the network takes and gives N, H, W, C. Which dimension is which says
 * `fileAxes` of every input and output, and `toGraphLayout` and `toFileLayout` rearrange tensors. Inside, transposes
 * and reshapes cost nothing where the elements can stay where they are; where they cannot, there is one transpose.
 *
 * Shapes and weights that depend on nothing but constants are computed at load. The file is not trusted: whatever its
 * bytes are, the result is a network that fits together, or a `FormatError`, in time and memory bounded by the file's
 * size.
 *
 * @throws {FormatError} when the file is damaged, or uses something that a graph cannot express; unsupported ops are
 * listed all at once.
 *
 * @example
 * const { network, inputs } = await readOnnx(await readFile('mobilenetv2-12.onnx'), { shapes: { input: [1, 3, 224, 224] } });
 * const image = toGraphLayout(nchwTensor, inputs[0]);
 */
export async function readOnnx(bytes: Uint8Array, options: OnnxOptions = {}): Promise<ImportedNetwork> {
  return (await openOnnx(bytes)).bind(options);
}
