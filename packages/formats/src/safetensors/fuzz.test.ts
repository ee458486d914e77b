import { createTensor, float32Tensor, type Tensor } from '@sepconv/tensor';
import { afterAll, describe, test } from 'vitest';
import { fuzz, printFuzzTotals, fuzzRuns as runs } from '../../test/fuzz.js';
import { bytesMutants, jsonMutants } from '../../test/mutate.js';
import { inspectSafetensors, readSafetensors, writeSafetensors } from '../safetensors.js';

const tensors = new Map<string, Tensor>([
  ['double', createTensor('float64', [2], Float64Array.of(1, 2))],
  ['__proto__', float32Tensor([2, 3], [1, 2, 3, 4, 5, 6])],
  ['half', createTensor('float16', [2, 1], Uint16Array.of(0x3c00, 0x4000))],
  ['bytes', createTensor('uint8', [3], Uint8Array.of(1, 2, 3))],
]);
const file = writeSafetensors(tensors, new Map([['format', 'pt']]));

const check = {
  fileBytes: file.length,
  parse: (mutant: Uint8Array) => {
    readSafetensors(mutant);
    inspectSafetensors(mutant);
  },
};

/** The file with another header; the data stay. */
function withHeader(header: object): Uint8Array {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const json = new TextEncoder().encode(JSON.stringify(header));
  const mutant = new Uint8Array(file.length - length + json.length);
  new DataView(mutant.buffer).setBigUint64(0, BigInt(json.length), true);
  mutant.set(json, 8);
  mutant.set(file.subarray(8 + length), 8 + json.length);
  return mutant;
}

const header = JSON.parse(
  new TextDecoder().decode(file.subarray(8, 8 + Number(new DataView(file.buffer).getBigUint64(0, true)))),
) as object;

afterAll(() => printFuzzTotals('safetensors'));

describe('mutants end in tensors or a FormatError', () => {
  test('of a file', () => fuzz(bytesMutants(file), check, runs));

  test('of its header', () => fuzz(jsonMutants(header).map(withHeader), check, Math.ceil(runs / 2)));
});
