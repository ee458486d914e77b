/** @file Networks that go out as TFLite: LiteRT.js in Chromium computes what the reference computes, within the computed bounds. */
import {
  type ConformanceCase,
  conformanceOps,
  type Runner,
  sweep,
  sweepNetworks,
} from '@sepconv/conformance';
import { FormatError, writeTflite } from '@sepconv/formats/write-tflite';
import { type OpName, opNames } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumTitle, hasChromium, type LiteRt, openLiteRt } from '../testing/litert.js';
import { writtenRunner } from '../testing/written-tflite.js';

/** Cases for each op, and where they begin. */
const runs = Number(process.env.SEPCONV_LITERT_DRAWS ?? 4) * 5;
const seed = Number(process.env.SEPCONV_LITERT_SEED ?? 1);

/** Half a unit in the last place of 1. */
const u = 2 ** -24;

/**
 * How far functions may be that the runtime approximates further than float32's rounding, at x with the value y: by the sizes that are
 * rounded on the way of XNNPACK's kernels (src/f32-vexp, -vlog, -vgelu, -vsin, -vcos).
 */
const approximations: { readonly [Name in OpName]?: (x: number, y: number) => number } = {
  // x less a multiple of π, and a polynomial whose terms are at most 1: eight roundings.
  cos: () => 8 * u,
  sin: () => 8 * u,
  // 2 to the power of x · log₂ e: the constant and the product are rounded, and either makes y wrong by the factor 1 + |x| · u.
  exp: (x, y) => (2 * Math.abs(x) + 8) * u * y,
  // x · Φ(x), where Φ is at most 1.
  gelu: (x) => 8 * u * Math.abs(x),
  // A multiple of ln 2 and the logarithm of a number around 1: what is left near log 1 has the roundings of both.
  log: (_, y) => 4 * u * (1 + Math.abs(y)),
  // The logarithm of 1 + e⁻|x|, and x where that is above 0.
  softplus: (_, y) => 8 * u * (1 + Math.abs(y)),
};

/** What TFLite has nothing for, and is refused by name. */
const refused: ReadonlySet<OpName> = new Set([
  'conv-integer',
  'dynamic-quantize',
  'erf',
  'matmul-integer',
  'non-max-suppression',
  // Of bytes, TFLite stores shares in 256ths: no drawn scale is one. Whole networks have it.
  'quantized-softmax',
  'reinterpret',
]);
const written = opNames.filter((op) => !refused.has(op));

/** What these files cannot be asked for. */
function reasonToSkip({ network, inputs }: ConformanceCase): string | undefined {
  const { graph } = network;
  const isFar = [...inputs.values()].some(({ data }) => data.some((x) => Math.abs(x) > 100));
  if (isFar && graph.nodes.some(({ op }) => op === 'cos' || op === 'sin'))
    return 'the runtime has no digits of the sine of numbers that are far from 0';
  if ([...inputs.values()].some(({ data }) => graph.nodes[0]?.op === 'quantize' && data.some(Number.isNaN)))
    return 'TFLite leaves open what NaN is stored as';
  try {
    writeTflite(network);
  } catch (error) {
    if (error instanceof FormatError) return error.message.replace(/^.*": /, '');
    throw error;
  }
  for (const { op, attributes } of graph.nodes) {
    if (op === 'separable-conv2d' && [...inputs.values()].some(({ data }) => !data.every(Number.isFinite)))
      return 'the runtime stores the largest number for an infinity between two operators';
    if (op === 'log' && [...inputs.values()].some(({ data }) => !data.every(Number.isFinite)))
      return 'the runtime has no logarithm of infinities and NaN';
    if (
      op === 'log' &&
      [...inputs.values()].some(({ data }) => data.some((x) => x !== 0 && Math.abs(x) < 2 ** -126))
    )
      return 'the runtime takes what is below the normal numbers for the least of them';
    if (!('window' in attributes && 'padding' in attributes)) continue;
    const [height, width] = attributes.window;
    const { top, bottom, left, right } = attributes.padding;
    if (Math.max(top, bottom) >= height || Math.max(left, right) >= width)
      return 'a window that lies wholly in the padding has the lowest number';
    if (attributes.dilations.some((dilation) => dilation > 1)) return 'TFLite has no pooling with dilation';
  }
  return undefined;
}

/** The reference's result where the other one is within an approximation, so that a case that is not is made small. */
const nearly =
  (approximation: (x: number, y: number) => number, run: Runner): Runner =>
  async (network, inputs) => {
    const [expected, actual] = [runReference(network, inputs), await run(network, inputs)];
    const [input] = inputs.values();
    const isNear = [...expected].every(([name, { data }]) =>
      data.every((y, i) => {
        const other = actual.get(name)!.data[i]!;
        // Both are rounded to float32, and next to nothing may be nothing.
        const allowed = approximation(input!.data[i]!, y) + u * Math.abs(y) + 2 ** -126;
        return Object.is(y, other) || Math.abs(y - other) <= allowed;
      }),
    );
    return isNear ? expected : actual;
  };

describe.skipIf(!hasChromium)(`LiteRT.js on a written file${chromiumTitle}`, () => {
  let litert: LiteRt;
  beforeAll(async () => {
    litert = await openLiteRt();
  });
  afterAll(() => litert.close());

  test.each(written)('%s', { timeout: 60_000 + 1_000 * runs }, async (op) => {
    const run = writtenRunner(litert);
    const approximation = approximations[op];
    const report = await sweep({
      op,
      implementation: approximation === undefined ? run : nearly(approximation, run),
      oracle: runReference,
      runs,
      seed,
      // At the ends of the range the runtime is as it is.
      classes: Object.keys(conformanceOps[op].classes),
      skip: reasonToSkip,
    });
    expect(report.cases).toBeGreaterThan(0);
  });

  test('networks of several nodes', { timeout: 60_000 + 10_000 * runs }, async () => {
    const report = await sweepNetworks({
      implementation: writtenRunner(litert),
      oracle: runReference,
      runs: 5 * runs,
      seed,
      skip: reasonToSkip,
    });
    expect(report.cases).toBeGreaterThan(4 * runs);
  });
});
