/**
 * @file Integer ops that go out as ONNX between DequantizeLinear and QuantizeLinear: onnxruntime, which joins them to ops on integers,
 * gives the reference's integers, or where it rounds a sum otherwise the ones beside them.
 */

import { type ConformanceCase, conformanceOps, type Runner, sweep } from '@sepconv/conformance';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import type { OpName } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { readOnnx, readTflite } from '../../../packages/formats/test/read-now.ts';
import {
  hasShared,
  type QuantizedModel,
  readShared,
  seededImage,
  sharedTitle,
  sides,
} from '../testing/quantized-models.ts';
import { runOnnx, runWritten } from '../testing/written-onnx.ts';

/** The differences of two results, element by element. */
function differences(a: Tensor, b: Tensor): number[] {
  return Array.from(a.data, (value, i) => Math.abs(value - (b.data[i] as number)));
}

const furthest = (a: Tensor, b: Tensor): number => Math.max(0, ...differences(a, b));

/**
 * Numbers of int8 half as large: without VNNI, onnxruntime adds two products of theirs in 16 bits, and where these overflow it is
 * another number. What has scales is written as uint8, of which it is not so.
 */
const halved = (tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> =>
  new Map(
    [...tensors].map(([name, tensor]) => [
      name,
      tensor.dtype === 'int8'
        ? ({ ...tensor, data: tensor.data.map((value) => value >> 1) } as Tensor)
        : tensor,
    ]),
  );

/**
 * As an implementation, so that a case that is wrong is made small: the reference's result where the other one is within a step of
 * it, else the other one.
 */
const within =
  (steps: number, run: Runner): Runner =>
  async (network, inputs) => {
    const hasScales = network.graph.nodes.every(({ op }) => !op.endsWith('-integer'));
    const asked = hasScales
      ? ([network, inputs] as const)
      : ([{ ...network, weights: halved(network.weights) }, halved(inputs)] as const);
    const expected = runReference(...asked);
    const actual = await run(...asked);
    const isNear = [...expected].every(
      ([name, right]) => furthest(actual.get(name) as Tensor, right) <= steps,
    );
    return isNear ? runReference(network, inputs) : actual;
  };

/** Ops on integers alone, and steps by which onnxruntime may be off: none where nothing is added up or rounded. */
const own = {
  'quantized-conv2d': 0,
  'quantized-matmul': 0,
  'quantized-add': 1,
  'quantized-mul': 1,
  'quantized-global-average-pool2d': 1,
  'quantized-resize2d': 1,
  'quantized-softmax': 1,
  lookup: 0,
  // ONNX only divides.
  quantize: 1,
  dequantize: 0,
  reinterpret: 0,
} as const satisfies { readonly [Name in OpName]?: number };

/** Ops that take integers as well as real numbers: those are a class of their own. */
const kept = {
  'average-pool2d': 1,
  'max-pool2d': 0,
  concat: 0,
  pad: 0,
  transpose: 0,
  slice: 0,
  reshape: 0,
} as const satisfies { readonly [Name in OpName]?: number };

const rows = [
  ...Object.entries(own).map(([op, steps]) => [op as OpName, steps, undefined] as const),
  ...Object.entries(kept).map(([op, steps]) => [op as OpName, steps, ['integers']] as const),
];

/** What these files cannot be asked for. */
function reasonToSkip({ network, inputs }: ConformanceCase): string | undefined {
  const { graph } = network;
  if ([...inputs.values()].some(({ data }) => data.some(Number.isNaN)))
    return 'ONNX leaves open what NaN is stored as';
  const isOtherTable = graph.nodes.some(
    ({ op, inputs }) => op === 'quantized-softmax' && network.weights.get(inputs[1] ?? '')?.data[0] !== 1,
  );
  if (isOtherTable) return 'only the powers of one number are written';
  const isFarPadded = graph.nodes.some(({ attributes }) => {
    if (!('window' in attributes && 'padding' in attributes)) return false;
    const [height, width] = attributes.window;
    const { top, bottom, left, right } = attributes.padding;
    return Math.max(top, bottom) >= height || Math.max(left, right) >= width;
  });
  const isBatchByColumn = graph.nodes.some(({ op, inputs }) => {
    const right = [...graph.inputs, ...graph.parameters].find(({ name }) => name === inputs[1]);
    return (
      op === 'quantized-matmul' && (right?.shape.length ?? 0) > 2 && right?.quantization?.axis !== undefined
    );
  });
  if (isBatchByColumn) return 'onnxruntime has no matrices in batches with a scale for each column';
  return isFarPadded ? 'onnxruntime has no window that lies wholly in the padding' : undefined;
}

/** Products that are ops of integers in the file: with scales by the form `qlinear`, and without in both. */
const products = [
  'conv-integer',
  'dynamic-quantize',
  'matmul-integer',
  'quantized-conv2d',
  'quantized-matmul',
] as const satisfies readonly OpName[];

/** What onnxruntime has no product of integers for, so that the file has real numbers, or which it refuses. */
function otherType({ network: { graph } }: ConformanceCase): string | undefined {
  const [{ inputs, attributes, op } = { inputs: [], attributes: {}, op: '' }] = graph.nodes;
  const [a, b] = inputs.map((name) =>
    [...graph.inputs, ...graph.parameters].find((value) => value.name === name),
  );
  if ('output' in attributes && typeof attributes.output === 'object' && attributes.output.dtype !== a?.dtype)
    return 'a result of another type';
  if (a?.dtype === 'int8' && b?.dtype === 'uint8') return 'onnxruntime has no uint8 weights for int8';
  const points = new Set(b?.quantization?.zeroPoint);
  return points.size > 1 && !op.startsWith('matmul')
    ? 'onnxruntime has one zero point for a weight'
    : undefined;
}

describe('onnxruntime on a written file of the form qlinear', () => {
  test.each(products)('%s, the same bytes', { timeout: 60_000 }, async (op) => {
    const report = await sweep({
      op,
      implementation: within(0, (network, inputs) => runWritten(network, inputs, { form: 'qlinear' })),
      oracle: runReference,
      runs: 40,
      classes: Object.keys(conformanceOps[op].classes),
      skip: (drawn) => reasonToSkip(drawn) ?? otherType(drawn),
    });
    expect(report.cases).toBeGreaterThan(0);
  });
});

describe('onnxruntime on a written file', () => {
  test.each(rows)('%s, within %i steps', { timeout: 60_000 }, async (op, steps, classes) => {
    const report = await sweep({
      op,
      implementation: within(steps, runWritten),
      oracle: runReference,
      runs: 40,
      ...(classes && { classes }),
      skip: reasonToSkip,
    });
    expect(report.cases).toBeGreaterThan(0);
  });
});

/** Forms, and levels at which onnxruntime computes them with integers: without any, QDQ is real numbers. */
const forms = [
  ['qdq', 'all'],
  ['qlinear', 'all'],
  ['qlinear', 'disabled'],
] as const;

describe.each(Object.keys(sides) as QuantizedModel[])('%s written as ONNX', (model) => {
  const path = `models/${model}`;
  test.skipIf(!hasShared(path)).each(forms)(
    sharedTitle(
      'by the form %s and read back gives onnxruntime’s bytes on 20 seeded inputs, with its optimization "%s"',
      path,
    ),
    { timeout: 120_000 },
    async (form, level) => {
      const { network } = readTflite(readShared(path), { arithmetic: 'integer' });
      const bytes = writeOnnx(network, {}, { form });
      const [{ name, shape, quantization } = { name: '', shape: [] }] = network.graph.inputs;
      const images = Array.from({ length: 20 }, (_, k) =>
        createTensor('uint8', shape, seededImage(model, k), quantization),
      );
      const rows = images.map((image) => new Map([[name, image]]));
      const theirs = (await runOnnx(network, bytes, rows, level)).map((row) => [...row.values()][0]!);
      const back = await compile(readOnnx(bytes, { arithmetic: 'integer' }).network);
      const differing = images.flatMap(({ data }, k) => {
        const mine = back.run(createTensor('uint8', shape, data));
        return mine.data.join() === theirs[k]!.data.join() ? [] : [k];
      });
      expect(differing).toEqual([]);
    },
  );
});

describe.each(Object.keys(sides) as QuantizedModel[])('%s', (model) => {
  const path = `models/${model}`;
  test.skipIf(!hasShared(path))(sharedTitle('as QDQ ONNX', path), { timeout: 60_000 }, async () => {
    const { network } = readTflite(readShared(path), { arithmetic: 'integer' });
    const [{ name, shape, quantization } = { name: '', shape: [] }] = network.graph.inputs;
    const bytes = writeOnnx(network);
    // A byte for a weight, and little else.
    const weights = [...network.weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    expect(bytes.length).toBeLessThan(1.1 * weights + 30_000);
    expect(readOnnx(bytes, { arithmetic: 'integer' }).inputs[0]?.shape).toEqual(shape);
    for (const k of [0, 3, 7]) {
      const image = createTensor('uint8', shape, seededImage(model, k), quantization);
      const inputs = new Map([[name, image]]);
      const [[output, expected]] = [...runReference(network, inputs)] as [[string, Tensor]];
      const actual = (await runWritten(network, inputs)).get(output) as Tensor;
      // A sum that is rounded otherwise moves what follows, so a few bytes differ, as on noise they do between XNNPACK's versions.
      expect(differences(actual, expected).filter((step) => step > 0).length).toBeLessThan(
        0.02 * expected.data.length,
      );
      const topOf = ({ data }: Tensor) => [...data].indexOf(Math.max(...data));
      if (k >= 3) expect(topOf(actual)).toBe(topOf(expected));
    }
  });
});
