import {
  checkElements,
  formatShape,
  type Quantization,
  type SepconvError,
  sameQuantization,
  sameShape,
  type Tensor,
} from '@sepconv/tensor';
import type { GraphInput } from './types.js';
import { kindOf } from './well-formed.js';

const wordsOf = (quantization: Quantization | undefined): string =>
  quantization === undefined
    ? 'plain numbers'
    : `${quantization.scale[0]} · (stored − ${quantization.zeroPoint[0]})`;

/**
 * What a network is run on, by name: every input is there, of its shape, element type and meaning, and nothing else.
 *
 * @param inputs what the network takes.
 * @param given tensors by input name, or the tensor itself for a network with one input.
 * @param Refusal the error of whoever runs the network, thrown when something is missing, unknown or does not fit.
 * @throws {TensorError} when an array has more or fewer elements than its shape.
 *
 * @internal
 */
export function namedInputs(
  inputs: readonly GraphInput[],
  given: Tensor | ReadonlyMap<string, Tensor>,
  Refusal: new (message: string) => SepconvError,
): ReadonlyMap<string, Tensor> {
  const names = inputs.map(({ name }) => name);
  if (!(given instanceof Map || (typeof given === 'object' && given !== null && 'dtype' in given))) {
    const hint = ArrayBuffer.isView(given) ? ': give createTensor(dtype, shape, array)' : '';
    throw new Refusal(
      `a network runs on a tensor, or on a Map of tensors by the names of its inputs (${names.join(', ')}), but was given ${kindOf(given)}${hint}`,
    );
  }
  if ('dtype' in given && names.length !== 1) {
    throw new Refusal(
      `the network has ${names.length} inputs (${names.join(', ')}): give them as a map by name, not as one tensor`,
    );
  }
  const tensors = 'dtype' in given ? new Map([[names[0] as string, given]]) : given;
  for (const name of tensors.keys()) {
    if (!names.includes(name)) {
      throw new Refusal(`the network has no input "${name}"; it has ${names.join(', ')}`);
    }
  }
  for (const { name, shape, dtype, quantization } of inputs) {
    const wanted = `${dtype} ${formatShape(shape)}`;
    const tensor = tensors.get(name);
    if (tensor === undefined) {
      throw new Refusal(`the network needs the input "${name}" of ${wanted}, which is missing`);
    }
    if (!Array.isArray(tensor?.shape)) {
      throw new Refusal(`the input "${name}" must be a tensor of ${wanted}, but is ${kindOf(tensor)}`);
    }
    if (tensor.dtype !== dtype || !sameShape(tensor.shape, shape)) {
      throw new Refusal(
        `the input "${name}" must be ${wanted}, but is ${String(tensor.dtype)} ${formatShape(tensor.shape)}`,
      );
    }
    checkElements(tensor, `the input "${name}"`);
    if (tensor.quantization !== undefined && !sameQuantization(tensor.quantization, quantization)) {
      throw new Refusal(
        `the input "${name}" stands for ${wordsOf(tensor.quantization)}, but the network takes ${wordsOf(quantization)}: quantize it as the network does, or give its integers alone`,
      );
    }
  }
  return tensors;
}
