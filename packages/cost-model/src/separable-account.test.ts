import { conv2d, depthwiseConv2d, GraphBuilder, pointwiseConv2d, separableConv2d } from '@sepconv/graph';
import { createRandom } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { costOf } from './cost.js';
import { CostError } from './errors.js';
import { type SeparableLayer, separableAccount } from './separable-account.js';

const paper = { height: 56, width: 56, inputChannels: 128, outputChannels: 256, kernel: 3 };

describe('a 3×3 layer of 56×56×128 to 256 channels', () => {
  const account = separableAccount(paper);

  test('costs what the formulas say', () => {
    expect(account.standard).toMatchObject({ macs: 924_844_032, flops: 1_849_688_064, params: 294_912 });
    expect(account.depthwise).toMatchObject({ macs: 3_612_672, params: 1152 });
    expect(account.pointwise).toMatchObject({ macs: 102_760_448, params: 32_768 });
    expect(account.separable).toMatchObject({ macs: 106_373_120, flops: 212_746_240, params: 33_920 });
  });

  test('shows its work', () => {
    expect(account.standard.formulas).toEqual({
      macs: { symbolic: 'H·W·C_out·K²·C_in', substituted: '56·56·256·9·128' },
      flops: { symbolic: '2·H·W·C_out·K²·C_in', substituted: '2·56·56·256·9·128' },
      params: { symbolic: 'C_out·K²·C_in', substituted: '256·9·128' },
    });
    expect(account.separable.formulas.flops).toEqual({
      symbolic: '2·(H·W·C_in·K² + H·W·C_in·C_out)',
      substituted: '2·(56·56·128·9 + 56·56·128·256)',
    });
  });

  test('saves by the fraction 1/C_out + 1/K² in lowest terms', () => {
    expect(account.ratio).toMatchObject({ fraction: '265/2304', numerator: 265, denominator: 2304 });
    expect(account.ratio.value).toBeCloseTo(0.115017361, 9);
    expect(account.ratio.formula).toEqual({ symbolic: '1/C_out + 1/K²', substituted: '1/256 + 1/9' });
    expect(account.ratio.approximation).toEqual({
      formula: { symbolic: '1/K²', substituted: '1/9' },
      value: 1 / 9,
    });
  });

  test('would still save with 8 terms, and no longer with 9', () => {
    expect(account.breakEven.largestMultiplier).toBe(8);
    expect(separableAccount({ ...paper, multiplier: 8 }).ratio.value).toBeLessThan(1);
    expect(separableAccount({ ...paper, multiplier: 9 }).ratio.value).toBeGreaterThan(1);
  });
});

const layers: readonly SeparableLayer[] = [
  { ...paper, stride: 2 },
  { ...paper, multiplier: 3 },
  { height: 7, width: 13, inputChannels: 5, outputChannels: 1, kernel: 1 },
  { height: 7, width: 13, inputChannels: 5, outputChannels: 3, kernel: 5, stride: 3, multiplier: 2 },
  { height: 1, width: 1, inputChannels: 1, outputChannels: 1, kernel: 7 },
];

describe.each(layers)('the layer %j', (layer) => {
  const account = separableAccount(layer);
  const {
    height,
    width,
    inputChannels,
    outputChannels: filters,
    kernel,
    stride: strides = 1,
    multiplier = 1,
  } = layer;

  function counted(build: (builder: GraphBuilder, image: string) => string) {
    const builder = new GraphBuilder('layer');
    const image = builder.input('image', [1, height, width, inputChannels]);
    const { totals, layers } = costOf(builder.build([build(builder, image)]));
    return { macs: totals.macs, params: totals.params.weights, outputShape: layers.at(-1)?.outputShape };
  }

  test('agrees with the count of the graph', () => {
    const [h, w] = [account.output.height, account.output.width];
    expect(counted((b, x) => conv2d(b, x, { filters, kernel, strides, bias: false }))).toEqual({
      macs: account.standard.macs,
      params: account.standard.params,
      outputShape: [1, h, w, filters],
    });
    expect(counted((b, x) => depthwiseConv2d(b, x, { kernel, strides, multiplier }))).toMatchObject({
      macs: account.depthwise.macs,
      params: account.depthwise.params,
    });
    expect(counted((b, x) => separableConv2d(b, x, { filters, kernel, strides, multiplier }))).toMatchObject({
      macs: account.separable.macs,
      params: account.separable.params,
    });
    const stepwise = counted((b, x) =>
      pointwiseConv2d(b, depthwiseConv2d(b, x, { kernel, strides, multiplier }), { filters }),
    );
    expect(stepwise.macs).toBe(account.depthwise.macs + account.pointwise.macs);
  });

  test('has one ratio for MACs and weights, and saves iff it is below 1', () => {
    const { numerator, denominator, value } = account.ratio;
    for (const count of ['macs', 'flops', 'params'] as const) {
      expect(BigInt(account.separable[count]) * BigInt(denominator)).toBe(
        BigInt(account.standard[count]) * BigInt(numerator),
      );
    }
    expect(account.breakEven.saves).toBe(value < 1);
    expect(account.ratio.approximation.value).toBeLessThanOrEqual(value);
  });

  test.each(['standard', 'depthwise', 'pointwise', 'separable'] as const)(
    '%s: what is substituted is the value',
    (name) => {
      for (const count of ['macs', 'flops', 'params'] as const) {
        const { symbolic, substituted } = account[name].formulas[count];
        const value = evaluate(substituted);
        expect(value).toBe(account[name][count]);
        expect(symbolic.split('·')).toHaveLength(substituted.split('·').length);
      }
    },
  );
});

/** Sums of products of integers, and one bracket with a factor of 2 before it. */
function evaluate(formula: string): number {
  const bracket = /^2·\((.*)\)$/.exec(formula)?.[1];
  if (bracket !== undefined) return 2 * evaluate(bracket);
  return formula
    .split(' + ')
    .map((product) => product.split('·').reduce((value, factor) => value * Number(factor), 1))
    .reduce((sum, term) => sum + term, 0);
}

test('agrees with the count of the graph on 200 seeded layers', () => {
  const random = createRandom(1);
  const upTo = (most: number): number => 1 + random.integer(most);
  for (let i = 0; i < 200; i++) {
    const [height, width, inputChannels, outputChannels] = [upTo(40), upTo(40), upTo(64), upTo(64)];
    const [kernel, stride, multiplier] = [upTo(7), upTo(3), upTo(4)];
    const account = separableAccount({
      height,
      width,
      inputChannels,
      outputChannels,
      kernel,
      stride,
      multiplier,
    });
    const builder = new GraphBuilder('layer');
    const image = builder.input('image', [1, height, width, inputChannels]);
    const window = { kernel, strides: stride, bias: false } as const;
    const { layers } = costOf(
      builder.build([
        conv2d(builder, image, { ...window, filters: outputChannels }),
        separableConv2d(builder, image, { ...window, filters: outputChannels, multiplier }),
      ]),
    );
    expect(layers.map(({ macs, flops, params }) => ({ macs, flops, params: params.weights }))).toEqual(
      [account.standard, account.separable].map(({ macs, flops, params }) => ({ macs, flops, params })),
    );
    expect(account.ratio.value < 1).toBe(account.breakEven.saves);
  }
});

describe('an impossible layer', () => {
  test.each([
    ['height', 0],
    ['width', -1],
    ['inputChannels', 1.5],
    ['outputChannels', Number.NaN],
    ['kernel', Infinity],
    ['stride', 0],
    ['multiplier', '2'],
  ])('%s = %s is named with its number', (name, value) => {
    const wrong = { ...paper, [name]: value } as SeparableLayer;
    expect(() => separableAccount(wrong)).toThrow(CostError);
    expect(() => separableAccount(wrong)).toThrow(
      `the layer's ${name} must be an integer of at least 1, not ${value}`,
    );
  });

  test('a count that is not exact is refused', () => {
    const huge = {
      height: 2 ** 20,
      width: 2 ** 20,
      inputChannels: 2 ** 10,
      outputChannels: 2 ** 10,
      kernel: 3,
    };
    expect(() => separableAccount(huge)).toThrow(
      /the MACs of the \w+ layer is about .* more than 9007199254740991/,
    );
  });
});
