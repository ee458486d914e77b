/**
 * @file Damaged checkpoints: as raw bytes, which the checksum must tell without exception, and with a checksum that is right
 * again, so that what stands behind it is tried. Count and time are printed; `SEPCONV_FUZZ_RUNS` asks for more of each.
 */
import { readSafetensors, writeSafetensors } from '@sepconv/formats/safetensors';
import { createTensor, type Tensor } from '@sepconv/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint, resultOf } from './checkpoint.js';
import type { Checkpoint } from './checkpoint-state.js';
import { digitNetwork } from './digit-network.js';
import { TrainError } from './errors.js';
import { initialWeights } from './initial-weights.js';
import { seal } from './seal.js';
import { completeSettings } from './settings.js';

const runs = Number(process.env.SEPCONV_FUZZ_RUNS ?? 1000);
const seed = Number(process.env.SEPCONV_FUZZ_SEED ?? 20260801);

/** Small, so that a mutant is quick. */
const graph = digitNetwork({ widths: [1, 1], resolution: 3, classes: 2 });
const weights = initialWeights(graph, 1);
const arrays = new Map([...weights].map(([name, { data }]) => [name, data as Float32Array]));
const row = {
  steps: 4,
  learningRate: 0.1,
  loss: 0.5,
  accuracy: 0.5,
  validationLoss: 1,
  validationAccuracy: 0.5,
};
const checkpoint: Checkpoint = {
  graph,
  settings: completeSettings({
    batchSize: 3,
    patience: 3,
    averageDecay: 0.9,
    trainable: ['logits/bias'],
    augmentation: { shift: 1, flip: false },
    distillation: { weight: 0.5 },
  }),
  engine: 'simd128',
  teacher: '0badcafe',
  data: {
    count: 12,
    shape: [3, 3, 1],
    classes: ['a', 'b'],
    normalization: { mean: 1, standardDeviation: [2] },
    digest: 'c0ffee00',
  },
  position: { epoch: 1, step: 1, updates: 5, lossSum: 0.5, correct: 2 },
  history: [{ epoch: 1, ...row }],
  weights,
  optimizer: new Map([['velocity/logits/bias', new Float32Array(2)]]),
  average: arrays,
  best: { epoch: 1, accuracy: 0.5, loss: 1, weights: arrays },
};
const file = encodeCheckpoint(checkpoint);
const { tensors, metadata } = readSafetensors(file);
const training = metadata.get('training') as string;

/** Whether a mutant was taken; anything but a refusal in a sentence passes through and fails. */
function isTaken(bytes: Uint8Array): boolean {
  try {
    resultOf(decodeCheckpoint(bytes));
    return true;
  } catch (error) {
    if (!(error instanceof TrainError)) throw error;
    if (error.message.length >= 1000) expect(error.message).toBe('a sentence');
    return false;
  }
}

function fuzz<Mutant>(
  what: string,
  mutants: fc.Arbitrary<Mutant>,
  check: (mutant: Mutant) => boolean,
): number {
  let taken = 0;
  const start = performance.now();
  fc.assert(
    fc.property(mutants, (mutant) => {
      if (check(mutant)) taken++;
    }),
    { numRuns: runs, seed },
  );
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`checkpoints, ${what}: ${runs} mutants in ${seconds} s, ${taken} taken, the rest refused`);
  return taken;
}

test('not one with other bytes is taken', () => {
  const mutants = fc.oneof(
    fc.record({ at: fc.nat(file.length - 1), mask: fc.integer({ min: 1, max: 255 }) }).map(({ at, mask }) => {
      const bytes = file.slice();
      bytes[at] = (bytes[at] as number) ^ mask;
      return bytes;
    }),
    fc.nat(file.length - 1).map((length) => file.slice(0, length)),
    fc.uint8Array({ minLength: 1, maxLength: 9 }).map((more) => Uint8Array.from([...file, ...more])),
  );
  expect(fuzz('raw bytes', mutants, isTaken)).toBe(0);
});

/** Text that nests so deep that a function which calls itself for each level would end the stack. */
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const strange = fc.oneof(
  fc.constantFrom(...['null', 'true', '[]', '{}', '""', '-1', '0', '1e9', '1e308', '0.5', deep]),
  fc.constantFrom('"__proto__"', '"constructor"', '{"__proto__":{"epochs":1}}', '[null]', '[[1]]', '-0'),
  fc.json({ maxDepth: 3 }),
);

/** Every value in the JSON, as the path that leads there. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]))];
}

const paths = pathsOf(JSON.parse(training)).filter(({ length }) => length > 0);
const mark = 'another value stands here';

/** The JSON with one value replaced, left out, or under another name. */
function withChange(path: readonly string[], kind: string, text: string): string {
  const root = JSON.parse(training);
  const parent = path.slice(0, -1).reduce((at, key) => at[key], root);
  const key = path.at(-1) as string;
  const value = parent[key];
  if (kind === 'replace') parent[key] = mark;
  else if (Array.isArray(parent))
    parent.splice(Number(key), kind === 'drop' ? 1 : 0, ...(kind === 'drop' ? [] : [value]));
  else {
    delete parent[key];
    if (kind === 'rename') Object.defineProperty(parent, '__proto__', { value, enumerable: true });
  }
  return JSON.stringify(root).replace(JSON.stringify(mark), () => text);
}

const sealed = (json: string, changed: ReadonlyMap<string, Tensor> = tensors): Uint8Array =>
  seal(writeSafetensors(changed, new Map([...metadata, ['training', json]])));

test('with a checksum that is right, other JSON is taken or refused', () => {
  const kinds = fc.constantFrom('replace', 'replace', 'replace', 'drop', 'rename');
  const mutants = fc.tuple(fc.constantFrom(...paths), kinds, strange);
  const taken = fuzz('resealed JSON', mutants, ([path, kind, text]) =>
    isTaken(sealed(withChange(path, kind, text))),
  );
  // Names of classes and numbers of a loss may be others.
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(runs / 4);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test('with a checksum that is right, other tensors are refused', () => {
  const odd = fc.constantFrom(
    createTensor('float32', [2], Float32Array.of(NaN, 1)),
    createTensor('float32', [1], Float32Array.of(1)),
    createTensor('int8', [2], new Int8Array(2)),
  );
  const names = fc.constantFrom(...tensors.keys());
  const prefix = fc.constantFrom('', 'best/', 'optimizer/', 'average/', 'weights/', 'optimizer/mean/');
  const mutants = fc.tuple(names, fc.option(odd), prefix);
  fuzz('resealed tensors', mutants, ([name, tensor, other]) => {
    const changed = new Map(tensors);
    changed.delete(name);
    if (tensor !== null) changed.set(`${other}${name}`, tensor);
    const taken = isTaken(sealed(training, changed));
    // Only another finite number of a vector of one may have been written by a training.
    const whole = tensors.get(name)!;
    const isLegal = other === '' && tensor?.data[0] === 1 && whole.shape.join() === tensor.shape.join();
    expect(taken).toBe(isLegal);
    return taken;
  });
});
