import { costOf } from '@sepconv/cost-model';
import { type ImportedInput, readNetwork } from '@sepconv/formats';
import { initializeWeights } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { rankClasses } from '@sepconv/vision';
import { describe, expect, test } from 'vitest';
import { timelinePath } from '../src/islands/memory/timeline-path.js';
import { createClassifier } from '../src/islands/model/classify.js';
import { exampleNames } from '../src/islands/model/example-names.js';
import { exampleFile } from '../src/islands/model/examples.js';
import { imageOf, inputTensor } from '../src/islands/model/image-input.js';
import { openShapeOf } from '../src/islands/model/open-shape.js';
import { savingsOf } from '../src/islands/model/savings.js';
import { summaryOf } from '../src/islands/model/summary.js';
import { after } from '../src/islands/model/use-model.js';
import { textDirectionModel } from './support/files.js';

const read = async (name: (typeof exampleNames)[number]) => readNetwork(exampleFile(name));

describe('what could be separable', () => {
  test("of MobileNetV1's standard twin is what mobilenet builds separable, but for its stem", () => {
    const twin = mobileNetV1({ separable: false });
    const savings = savingsOf(twin, costOf(twin))!;
    const separable = costOf(mobileNetV1());
    const stem = separable.layers[0]!;
    const { after: stemAfter } = savings.layers.find(({ name }) => name === stem.name)!;
    expect(savings.after.macs).toBe(separable.totals.macs - stem.macs + stemAfter.macs);
    expect(savings.before.macs).toBe(costOf(twin).totals.macs);
    const saved = savings.layers.map((layer) => layer.before.macs - layer.after.macs);
    expect(saved).toEqual([...saved].sort((a, b) => b - a));
  });

  test('is only the first layer of MobileNetV2', () => {
    const graph = mobileNetV2();
    const savings = savingsOf(graph, costOf(graph));
    expect(savings?.layers.map(({ name }) => name)).toEqual([graph.nodes[0]!.name]);
  });
});

describe('a model file', () => {
  test.each(exampleNames)('%s is summed up, and can be handed over by a worker', async (name) => {
    const imported = await read(name);
    const summary = summaryOf(imported, `${name}.onnx`, 1234);
    expect(structuredClone(summary)).toEqual(summary);
    expect(summary.cost.totals.macs).toBe(costOf(imported.network.graph).totals.macs);
    expect(summary.image).toMatchObject({ channels: 3, classes: 1000 });
    const { engine } = summary.memory;
    if (typeof engine === 'string') throw new Error(engine);
    // What the page promises is what a session takes.
    const session = await compile(imported.network);
    expect(engine.arenaBytes).toBe(session.memory.arenaBytes);
    session.dispose();
  });

  test('that is no image classifier is told apart, with its shapes', () => {
    const network = { graph: mobileNetV1({ width: 0.25, resolution: 32 }), weights: new Map() };
    const image = { name: 'x', shape: [1, 8, 8, 3] };
    const values = { name: 'x', shape: [1, 20] };
    const told = (inputs: readonly ImportedInput[], shape: readonly number[]) =>
      imageOf({ network, inputs, outputs: [{ name: 'y', shape }] });
    expect(told([values], [1, 10])).toContain('1×20');
    expect(told([image, image], [1, 10])).toContain('1×8×8×3 and 1×8×8×3');
    expect(told([image], [1, 8, 8, 2])).toContain('1×8×8×2');
    expect(told([image], [1, 10])).toMatchObject({ height: 8, classes: 10 });
  });
});

describe('classifying', () => {
  test('gives the probabilities that the reference gives', async () => {
    const graph = mobileNetV1({ width: 0.25, resolution: 32, classes: 10 });
    const network = { graph, weights: initializeWeights(graph, 3) };
    const image = randomTensor([1, 32, 32, 3], createRandom(4), -1, 1);
    const classifier = await createClassifier(network, { count: 10, budgetMs: 0 });
    const { guesses, runs, engine } = classifier.classify(image);
    classifier.dispose();
    const [output] = runReference(network, image).values();
    const expected = rankClasses(output!, 10, true);
    expect(guesses).toHaveLength(10);
    expect(guesses.map(({ index }) => index)).toEqual(expected.map(({ index }) => index));
    for (const [i, { probability }] of expected.entries()) {
      expect(guesses[i]!.probability).toBeCloseTo(probability, 5);
    }
    expect(runs).toBeGreaterThan(0);
    expect(engine.name).toMatch(/simd128|relaxed/);
  });

  test('takes an image in the size and with the numbers of the network', () => {
    const pixels = { data: new Uint8Array(4 * 6 * 3).fill(255), width: 6, height: 4 };
    const input = { height: 2, width: 2, channels: 3, classes: 2 } as const;
    const tensor = inputTensor(pixels, input, 'minus-one-to-one');
    expect(tensor.shape).toEqual([1, 2, 2, 3]);
    expect([...tensor.data]).toEqual(new Array(12).fill(1));
    expect(inputTensor(pixels, input, 'bytes').data[0]).toBe(255);
    expect(inputTensor(pixels, input, 'zero-to-one').data[0]).toBe(1);
    expect(inputTensor(pixels, input, 'imagenet').data[0]).toBeCloseTo((1 - 0.485) / 0.229, 5);
  });
});

test('what a file leaves open is asked for by name', async () => {
  const error = await readNetwork(textDirectionModel().buffer).catch((reason: unknown) => reason);
  expect(openShapeOf(error)).toEqual({
    input: 'x',
    dims: ['p2o.DynamicDimension.0', 3, 'p2o.DynamicDimension.1', 'p2o.DynamicDimension.2'],
  });
  expect(openShapeOf(new Error('the file is empty'))).toBeUndefined();
});

test('a failure leaves what was there before', async () => {
  const summary = summaryOf(await read('mobilenet-v2'), 'a.onnx', 1);
  const failed = after(
    { phase: 'classifying', fileName: 'a.onnx', summary },
    { kind: 'failed', message: 'no' },
  );
  expect(failed).toEqual({
    phase: 'ready',
    fileName: 'a.onnx',
    summary,
    failure: { of: 'image', message: 'no' },
  });
  expect(after({ phase: 'reading', fileName: 'b' }, { kind: 'failed', message: 'no' })).toEqual({
    phase: 'empty',
    fileName: 'b',
    failure: { of: 'model', message: 'no' },
  });
});

test('the outline of a timeline', () => {
  expect(timelinePath([0.5, 1])).toBe('M0 100L0 50H1L1 0H2V100Z');
});
