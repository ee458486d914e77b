/** @file Networks drawn at random, written and run by LiteRT.js and onnxruntime: within the computed bounds, and integers to the bit. */

import { boundNetwork, type ConformanceCase, checkImplementations, drawNetwork } from '@sepconv/conformance';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { FormatError, writeTflite } from '@sepconv/formats/write-tflite';
import type { Network, OpName } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { readOnnx } from '../../../packages/formats/test/read-now.ts';
import { chromiumTitle, hasChromium, openLiteRt } from '../testing/litert.js';
import { runOnnx, runWritten } from '../testing/written-onnx.ts';
import { writtenRunner } from '../testing/written-tflite.js';

/** Seeds, of which those that a format can express are run. */
const count = Number(process.env.SEPCONV_WRITTEN_NETWORKS ?? 60);

/** Functions that runtimes approximate further than the bounds of one op allow; they have tests of their own. */
const approximated: ReadonlySet<OpName> = new Set(['cos', 'exp', 'gelu', 'log', 'sin', 'softplus']);

const isInteger = ({ graph }: Network): boolean => graph.nodes.some(({ op }) => op.startsWith('quantized-'));

/** Whether a runtime can be asked for it: with finite numbers, as they stand at every place, and functions that it rounds. */
function isPlain({ network, inputs }: ConformanceCase): boolean {
  const outputs = network.graph.nodes.flatMap((node) => node.outputs);
  const all = runReference({ ...network, graph: { ...network.graph, outputs } }, inputs);
  const tensors = [...inputs.values(), ...network.weights.values(), ...(all as typeof inputs).values()];
  const isNormal = (x: number): boolean => Number.isFinite(x) && (x === 0 || Math.abs(x) >= 2 ** -100);
  return (
    tensors.every(({ data }) => data.every(isNormal)) &&
    network.graph.nodes.every(({ op, attributes }) => {
      if (approximated.has(op)) return false;
      if (!('window' in attributes && 'padding' in attributes)) return true;
      // Windows that lie wholly in the padding are nobody's.
      const { top, bottom, left, right } = attributes.padding;
      return (
        Math.max(top, bottom) < attributes.window[0] &&
        Math.max(left, right) < attributes.window[1] &&
        attributes.dilations.every((dilation) => dilation === 1)
      );
    })
  );
}

/** Beyond the first ones, those with a transposed convolution whose output padding is as long as its stride. */
const seeds = [...Array.from({ length: count }, (_, index) => index + 1), 245, 263];
const drawn = seeds.map((seed) => drawNetwork(seed)).filter(isPlain);

/** What is wrong with a runtime's results of one network, in a list. */
async function failuresOf(
  cases: readonly ConformanceCase[],
  run: (network: Network, inputs: ReadonlyMap<string, Tensor>) => Promise<ReadonlyMap<string, Tensor>>,
): Promise<string[]> {
  const failures: string[] = [];
  for (const each of cases) {
    const expected = await boundNetwork(each.network, each.inputs, runReference);
    await checkImplementations(each, new Map([['written', run]]), expected).catch((error: Error) => {
      failures.push(error.message);
    });
  }
  return failures;
}

function canWrite({ network }: ConformanceCase, write: (network: Network) => Uint8Array): boolean {
  try {
    write(network);
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

describe('random networks', () => {
  test.skipIf(!hasChromium)(
    `written as TFLite, in LiteRT.js${chromiumTitle}`,
    { timeout: 60_000 + 2_000 * count },
    async () => {
      const cases = drawn.filter((each) => canWrite(each, (network) => writeTflite(network)));
      expect(cases.length).toBeGreaterThan(count / 10);
      const litert = await openLiteRt();
      try {
        expect(await failuresOf(cases, async (...call) => writtenRunner(litert)(...call))).toEqual([]);
      } finally {
        await litert.close();
      }
    },
  );

  test('written as ONNX, in onnxruntime', { timeout: 60_000 + 1_000 * count }, async () => {
    const cases = drawn.filter(
      (each) => !isInteger(each.network) && canWrite(each, (network) => writeOnnx(network)),
    );
    expect(cases.length).toBeGreaterThan(count / 10);
    expect(await failuresOf(cases, (network, inputs) => runWritten(network, inputs))).toEqual([]);
  });

  const forms = [
    ['qdq', 'all'],
    ['qlinear', 'all'],
    ['qlinear', 'disabled'],
  ] as const;
  test.each(forms)(
    'of integers by the form %s with the optimization "%s" have onnxruntime’s bytes when they are read back',
    { timeout: 60_000 + 1_000 * count },
    async (form, level) => {
      const seeds = Array.from({ length: 12 * count }, (_, index) => index + 1);
      const cases = seeds.map((seed) => drawNetwork(seed)).filter((each) => isInteger(each.network));
      expect(cases.length).toBeGreaterThan(count / 6);
      for (const { network, inputs, label } of cases) {
        const bytes = writeOnnx(network, {}, { form });
        const [theirs] = await runOnnx(network, bytes, [inputs], level);
        const back = readOnnx(bytes, { arithmetic: 'integer' });
        const [input] = [...inputs.values()] as [Tensor];
        const given = createTensor('float32', input.shape, input.data as Float32Array<ArrayBuffer>);
        const mine = runReference(
          back.network,
          new Map([[back.inputs[0]?.name ?? '', given]]),
        ) as ReadonlyMap<string, Tensor>;
        back.outputs.forEach(({ name }, i) => {
          const expected = theirs?.get(network.graph.outputs[i] as string);
          expect([label, mine.get(name)?.data]).toEqual([label, expected?.data]);
        });
      }
    },
  );
});
