import { SepconvError } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { forbidden, hostileBytes, hostileJson, hostileTexts, longestMessage } from '../test/hostile.js';
import { onnxFile, testNode } from '../test/onnx-file.js';
import { inspectOnnx, inspectTfjs, inspectTflite, readOnnx, readTfjs, readTflite } from '../test/read-now.js';
import { counting } from '../test/run-tflite.js';
import { graphModel, layersModel } from '../test/tfjs-file.js';
import { tfliteFile } from '../test/tflite-file.js';
import { inspectSafetensors, readSafetensors, writeSafetensors } from './safetensors.js';

/** @file Whatever a file calls its parts: what the errors about it say can be shown in a terminal. */

/** Reads, and checks the message where it is refused. Anything but a refusal is a bug. */
function refusal(read: () => unknown): number {
  try {
    read();
    return 0;
  } catch (error) {
    if (!(error instanceof SepconvError)) throw error;
    expect(error.message).not.toMatch(forbidden);
    expect(error.message.length).toBeLessThanOrEqual(longestMessage);
    return 1;
  }
}

/** Reads every changed file by each reader; some must be refused, or nothing was tested. */
function expectHarmless<Changed>(
  files: (text: string) => Iterable<Changed>,
  readers: readonly ((file: Changed) => unknown)[],
): void {
  let refused = 0;
  for (const text of hostileTexts) {
    for (const file of files(text)) {
      for (const read of readers) refused += refusal(() => read(file));
    }
  }
  expect(refused).toBeGreaterThan(0);
}

const jsonBytes = (json: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(json));

/** An ONNX file in which one text is hostile, in every place that a writer can fill. */
function* hostileOnnx(text: string): Generator<Uint8Array> {
  const file = (op: string, input: string, output: string, attribute: string) =>
    onnxFile({
      nodes: [{ ...testNode(op, [input, 'w'], [output]), attributes: { [attribute]: text } }],
      initializers: { w: { dims: [4, 1, 3, 3], floats: counting(36) } },
      inputs: { x: [1, 4, 5, 5] },
      outputs: [output],
    });
  yield file(text, 'x', 'y', 'a');
  yield file('Conv', text, 'y', 'a');
  yield file('Conv', 'x', text, 'group');
  yield file('Conv', 'x', 'y', 'auto_pad');
  yield file('Conv', 'x', 'y', text);
  yield* hostileBytes(file('Conv', 'x', 'y', 'auto_pad'), text);
}

describe('messages about hostile names are harmless', { timeout: 60_000 }, () => {
  it('of ONNX', () => expectHarmless(hostileOnnx, [readOnnx, inspectOnnx]));

  it.each([
    ['layers', layersModel()],
    ['graph', graphModel()],
  ] as const)('of a TF.js %s model', (_, { model, shards }) => {
    const documents = (text: string) => hostileJson(model, text);
    expectHarmless(documents, [
      (json) => readTfjs({ model: jsonBytes(json), shards }),
      (json) => inspectTfjs(jsonBytes(json)),
    ]);
  });

  it('of the text of JSON itself', () => {
    const text = new TextDecoder().decode(jsonBytes(layersModel().model));
    const damaged = (hostile: string) => [hostile + text, text.slice(0, 40) + hostile];
    expectHarmless(damaged, [
      (json) => readTfjs({ model: new TextEncoder().encode(json), shards: layersModel().shards }),
    ]);
  });

  it('of TFLite', () => {
    const file = tfliteFile({
      tensors: [{ shape: [1, 2, 2, 1] }, { shape: [1, 2, 2, 1] }],
      operators: [{ code: 32, customCode: 'CustomOperator', inputs: [0], outputs: [1] }],
      inputs: [0],
      outputs: [1],
    });
    expectHarmless((text) => hostileBytes(file, text), [readTflite, inspectTflite]);
  });

  it('of safetensors', () => {
    const tensor = { dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const;
    const file = writeSafetensors(new Map([['a.tensor.name', tensor]]));
    const files = (text: string) => hostileBytes(file, text);
    expectHarmless(files, [readSafetensors, inspectSafetensors]);
  });
});
