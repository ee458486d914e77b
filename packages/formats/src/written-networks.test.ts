/** @file Networks drawn at random are written, read back and compute the same: to the bit, or where a format has other ops within their bounds. */

import { boundNetwork, checkImplementations, drawNetwork, type Runner } from '@sepconv/conformance';
import type { Network } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { readOnnx, readTflite } from '../test/read-now.js';
import type { ImportedNetwork } from './imported-network.js';
import { FormatError, toFileLayout, toGraphLayout } from './onnx.js';
import { writeOnnx } from './write-onnx.js';
import { writeTflite } from './write-tflite.js';

/** Networks for each format. */
const count = Number(process.env.SEPCONV_WRITTEN_NETWORKS ?? 120);
const seeds = Array.from({ length: count }, (_, index) => index + 1);

const isInteger = ({ graph }: Network): boolean => graph.nodes.some(({ op }) => op.startsWith('quantized-'));

/** Runs what was read, on tensors of the network that was written. */
const runBack =
  (back: ImportedNetwork, inFile: (tensor: Tensor) => Tensor, inGraph: (tensor: Tensor) => Tensor): Runner =>
  (network, inputs) => {
    const given = network.graph.inputs.map(({ name }, i) => {
      const input = back.inputs[i]!;
      const { dtype, quantization } = back.network.graph.inputs[i]!;
      const { data, shape } = toGraphLayout(inFile(inputs.get(name) as Tensor), input);
      return [input.name, createTensor(dtype, shape, data as never, quantization)] as const;
    });
    const results = runReference(back.network, new Map(given) as never) as ReadonlyMap<string, Tensor>;
    return new Map(
      network.graph.outputs.map((name, i) => {
        const output = back.outputs[i]!;
        return [name, inGraph(toFileLayout(results.get(output.name) as Tensor, output))];
      }),
    );
  };

const channelsFirst = { fileAxes: [0, 2, 3, 1] };
const asIs = (tensor: Tensor): Tensor => tensor;
const isImage = ({ shape }: Tensor): boolean => shape.length === 4;

interface Format {
  readonly write: (network: Network) => Uint8Array;
  readonly run: (bytes: Uint8Array) => { readonly back: Network; readonly runner: Runner };
  /** Whether its integers are computed by the same ops: ONNX has its sums of two values in real numbers. */
  readonly keepsIntegers: boolean;
}

const formats: Readonly<Record<string, Format>> = {
  ONNX: {
    write: (network) => writeOnnx(network),
    run: (bytes) => {
      const back = readOnnx(bytes, { arithmetic: 'integer' });
      const inFile = (tensor: Tensor): Tensor =>
        isImage(tensor) ? toFileLayout(tensor, channelsFirst) : tensor;
      const inGraph = (tensor: Tensor): Tensor =>
        isImage(tensor) ? toGraphLayout(tensor, channelsFirst) : tensor;
      return { back: back.network, runner: runBack(back, inFile, inGraph) };
    },
    keepsIntegers: false,
  },
  TFLite: {
    write: (network) => writeTflite(network),
    run: (bytes) => {
      const back = readTflite(bytes, { arithmetic: 'integer' });
      return { back: back.network, runner: runBack(back, asIs, asIs) };
    },
    keepsIntegers: true,
  },
};

/** What a network is made of, with views as one. */
const opsOf = ({ graph }: Network): string =>
  graph.nodes
    .map(({ op }) => (op === 'flatten' ? 'reshape' : op))
    .sort()
    .join();

/** Whether files, which hold float32, have other numbers than a node: slopes and the like. */
const isRounded = ({ graph }: Network): boolean =>
  graph.nodes.some(({ attributes }) =>
    Object.values(attributes).some((value) => typeof value === 'number' && value !== Math.fround(value)),
  );

/** Whether no number on the way is an infinity or NaN. */
function staysFinite(network: Network, inputs: ReadonlyMap<string, Tensor>): boolean {
  const outputs = network.graph.nodes.flatMap((node) => node.outputs);
  const all = runReference({ ...network, graph: { ...network.graph, outputs } }, inputs);
  const tensors = [...inputs.values(), ...network.weights.values(), ...(all as typeof inputs).values()];
  return tensors.every(({ data }) => data.every(Number.isFinite));
}

describe.each(Object.entries(formats))('networks written as %s', (_, { write, run, keepsIntegers }) => {
  test('are read back as networks that compute the same', { timeout: 120_000 }, async () => {
    const failures: string[] = [];
    const tally = { written: 0, same: 0, integer: 0 };
    for (const seed of seeds) {
      const drawn = drawNetwork(seed);
      const { network, inputs } = drawn;
      if (isInteger(network) && !keepsIntegers) continue;
      let bytes: Uint8Array;
      try {
        bytes = write(network);
      } catch (error) {
        // What a format cannot express is refused, with the op; anything else is a fault.
        if (error instanceof FormatError) continue;
        throw error;
      }
      tally.written++;
      const { back, runner } = run(bytes);
      const expected = await boundNetwork(network, inputs, runReference);
      const isSame = opsOf(back) === opsOf(network) && !isRounded(network);
      tally.same += isSame ? 1 : 0;
      tally.integer += isInteger(network) ? 1 : 0;
      // Zeros between taps and in matrices that ops become are multiplied, too: infinities are NaN then.
      if (!isSame && !staysFinite(network, inputs)) continue;
      const ways: [string, Runner][] = [['read back', runner]];
      if (isSame) ways.unshift(['as it was', runReference]);
      await checkImplementations(drawn, new Map(ways), expected).catch((error: Error) => {
        failures.push(error.message);
      });
    }
    expect(failures).toEqual([]);
    // Most can be expressed, and many of those are the same ops again, to the bit.
    expect(tally.written).toBeGreaterThan(0.6 * count);
    expect(tally.same).toBeGreaterThan(0.2 * tally.written);
    if (keepsIntegers) expect(tally.integer).toBeGreaterThan(0);
  });
});
