/**
 * @file Integer ops that go out as ONNX between DequantizeLinear and QuantizeLinear: onnxruntime, which joins them to ops on integers,
 * gives the reference's integers, or where it rounds a sum otherwise the ones beside them.
 */
import { type ConformanceCase, type Runner, sweep } from '@sepconv/conformance';
import { readOnnx, toFileLayout, toGraphLayout, writeOnnx } from '@sepconv/formats/onnx';
import { readTflite } from '@sepconv/formats/tflite';
import type { Network, OpName } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createTensor, type Tensor } from '@sepconv/tensor';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import {
  hasShared,
  type QuantizedModel,
  readShared,
  seededImage,
  sharedTitle,
  sides,
} from '../testing/quantized-models.ts';

/** Images have their channels first in the file. */
const layout = (rank: number) => (rank === 4 ? { fileAxes: [0, 2, 3, 1] } : {});

/** What onnxruntime makes of the written file, in the graph's layout. */
async function runWritten(
  network: Network,
  inputs: ReadonlyMap<string, Tensor>,
): Promise<Map<string, Tensor>> {
  const session = await ort.InferenceSession.create(writeOnnx(network), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    const feeds = [...inputs].map(([name, tensor]) => {
      const { dtype, data, shape } = toFileLayout(tensor, layout(tensor.shape.length));
      return [name, new ort.Tensor(dtype as 'uint8', data as Uint8Array, shape)] as const;
    });
    const results = await session.run(Object.fromEntries(feeds));
    return new Map(
      network.graph.outputs.map((name) => {
        const { dims, data, type } = results[name] as ort.TypedTensor<'uint8'>;
        return [name, toGraphLayout(createTensor(type, dims, data as never) as Tensor, layout(dims.length))];
      }),
    );
  } finally {
    await session.release();
  }
}

/** The differences of two results, element by element. */
function differences(a: Tensor, b: Tensor): number[] {
  return Array.from(a.data, (value, i) => Math.abs(value - (b.data[i] as number)));
}

const furthest = (a: Tensor, b: Tensor): number => Math.max(0, ...differences(a, b));

/**
 * Numbers of int8 half as large: without VNNI, onnxruntime adds two products of theirs in 16 bits, and where these overflow it is
 * another number.
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
    const asked = [{ ...network, weights: halved(network.weights) }, halved(inputs)] as const;
    const expected = runReference(...asked);
    const actual = await run(...asked);
    const isNear = [...expected].every(
      ([name, right]) => furthest(actual.get(name) as Tensor, right) <= steps,
    );
    return isNear ? runReference(network, inputs) : actual;
  };

/** Ops on integers alone, and steps by which onnxruntime may be off: none where nothing is added up or rounded. */
const own = {
  'quantized-conv2d': 1,
  'quantized-matmul': 1,
  'quantized-add': 1,
  'quantized-mul': 1,
  'quantized-global-average-pool2d': 1,
  'quantized-resize2d': 1,
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
