import { afterAll, describe, test } from 'vitest';
import { fuzz, printFuzzTotals, fuzzRuns as runs } from '../../test/fuzz.js';
import { bytesMutants, jsonMutants, networkCase } from '../../test/mutate.js';
import { inspectTfjs, readTfjs } from '../../test/read-now.js';
import { graphModel, layersModel } from '../../test/tfjs-file.js';
import { constants, limited, loop, model, y } from '../../test/tfjs-loops.js';
import type { TfjsParts } from '../tfjs.js';

const bytesOf = (json: object): Uint8Array => new TextEncoder().encode(JSON.stringify(json));

/** Damages what `model.json` says, and reads it from its text. */
function fuzzJson({ model, shards }: TfjsParts, times: number): void {
  const size = bytesOf(model).length;
  const parts = (json: object): TfjsParts => ({ model: bytesOf(json), shards });
  const check = networkCase<object>(
    size,
    (json) => readTfjs(parts(json)).network,
    (json) => inspectTfjs(bytesOf(json)),
  );
  fuzz(jsonMutants(model), check, times);
}

/** Damages the text itself. */
function fuzzText({ model, shards }: TfjsParts, times: number): void {
  const bytes = bytesOf(model);
  const read = (mutant: Uint8Array) => readTfjs({ model: mutant, shards }).network;
  fuzz(bytesMutants(bytes), networkCase(bytes.length, read, inspectTfjs), times);
}

afterAll(() => printFuzzTotals('TF.js'));

describe('mutants end in a network or a FormatError', () => {
  test('of a layers model', () => fuzzJson(layersModel(), runs));

  test('of a graph model', () => fuzzJson(graphModel(), runs));

  test('of a graph model with a loop', () => fuzzJson(model(loop([y], limited), constants), runs));

  test('of the text of a model', () => fuzzText(layersModel(), Math.ceil(runs / 2)));
});
