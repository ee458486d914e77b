/** @file The networks' costs beside published and derived totals, to the last digit. */
import { existsSync, readFileSync } from 'node:fs';
import { costOf, type LayerType, type NetworkCost } from '@sepconv/cost-model';
import { buildNetwork, mobileNetV1, type NamedOptions, networkEntry, networkNames } from '@sepconv/mobilenet';
import { describe, expect, test } from 'vitest';

type Row = readonly [
  name: string,
  options: NamedOptions,
  macs: number,
  trainable: number,
  total: number | 'not published',
];

// MACs are exact counts; torchvision publishes theirs, rounded to millions, as `_ops`, and Keras publishes totals.
const published: readonly Row[] = [
  ['mobilenet-v1', {}, 568_740_352, 4_231_976, 4_253_864],
  ['mobilenet-v1', { separable: false }, 4_867_293_184, 29_294_088, 'not published'],
  ['mobilenet-v1', { shallow: true }, 307_323_392, 2_887_976, 'not published'],
  ['mobilenet-v2', {}, 300_774_272, 3_504_872, 3_538_984],
  ['mobilenet-v2', { width: 1.4 }, 582_195_824, 6_108_776, 'not published'],
  ['mobilenet-v3-large', {}, 216_589_760, 5_483_032, 5_507_432],
  ['mobilenet-v3-large', { variant: 'torchvision' }, 216_589_760, 5_483_032, 5_507_432],
  ['mobilenet-v3-small', {}, 56_510_400, 2_542_856, 'not published'],
  ['efficientnet-b0', {}, 385_814_752, 5_288_548, 'not published'],
  ['mnasnet', { width: 0.75 }, 215_493_104, 3_170_208, 'not published'],
  ['mnasnet', {}, 314_415_872, 4_383_312, 'not published'],
  ['shufflenet-v2', { width: 0.5 }, 40_476_448, 1_366_792, 'not published'],
  ['shufflenet-v2', {}, 144_907_992, 2_278_604, 'not published'],
  ['shufflenet-v2', { width: 1.5 }, 295_759_392, 3_503_624, 'not published'],
  ['shufflenet-v2', { width: 2 }, 583_253_464, 7_393_996, 'not published'],
  ['xception', {}, 8_357_403_496, 22_855_952, 22_910_480],
  ['convnext-tiny', {}, 4_455_531_264, 28_589_128, 'not published'],
];

describe('published totals', () => {
  test.each(published)('%s %j: %d MACs', (name, options, macs, trainable, total) => {
    const { totals } = costOf(buildNetwork(name, options));
    expect(totals.macs).toBe(macs);
    expect(totals.flops).toBe(2 * macs);
    expect(totals.params.trainable).toBe(trainable);
    if (total !== 'not published') expect(totals.params.total).toBe(total);
  });

  // Rounded as published: torchvision's `_ops` in units of 10⁹, timm's in `results/benchmark-infer-amp`.
  test.each([
    ['mnasnet', { width: 1.3 }, 0.526],
    ['efficientnet-b3', {}, 1.827],
  ] as const)('%s %j: %d thousand million MACs in torchvision', (name, options, ops) => {
    expect(costOf(buildNetwork(name, options)).totals.macs / 1e9).toBeCloseTo(ops, 3);
  });

  // timm adds 2 per element that BatchNorm puts out to the MACs, and calls the outputs of convolutions and dense
  // layers "activations".
  test.each([
    ['mobilenet-v4-conv-small', { resolution: 224 }, 0.19, 1.97],
    ['mobilenet-v4-conv-small', { resolution: 256 }, 0.25, 2.57],
    ['mobilenet-v4-conv-medium', { resolution: 224 }, 0.84, 5.8],
    ['mobilenet-v4-conv-medium', { resolution: 256 }, 1.1, 7.58],
    ['efficientnet-lite0', {}, 0.4, 6.74],
    ['convnext-atto', {}, 0.55, 3.81],
  ] as const)('%s %j: %d GMACs and %d million activations in timm', (name, options, gmacs, macts) => {
    const { layers, totals } = costOf(buildNetwork(name, options));
    const elements = (chosen: typeof layers): number =>
      chosen.reduce((sum, { activationElements }) => sum + activationElements, 0);
    const normalized = elements(layers.filter(({ type }) => type === 'batch-norm'));
    expect((totals.macs + 2 * normalized) / 1e9).toBeCloseTo(gmacs, 2);
    expect(elements(layers.filter(({ macs }) => macs > 0)) / 1e6).toBeCloseTo(macts, 2);
  });
});

test("the table in mobilenet's README is what the model says", () => {
  const readme = readFileSync(new URL('../../../packages/mobilenet/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `([^`]+)` \| ([\d,]+) \| ([\d,]+) \| (.*)\|$/gm)];
  expect(rows.map(([, name]) => name)).toEqual(networkNames);
  for (const [, name = '', macs, trainable, options = ''] of rows) {
    const { totals } = costOf(buildNetwork(name));
    expect([name, totals.macs.toLocaleString('en'), totals.params.trainable.toLocaleString('en')]).toEqual([
      name,
      macs,
      trainable,
    ]);
    const named = [...options.matchAll(/`(\w+)`/g)].map(([, option]) => option);
    const common = ['resolution', 'classes', 'batch'];
    expect(new Set([...named, ...common])).toEqual(new Set(Object.keys(networkEntry(name).options)));
  }
});

const shareOf = ({ byType }: NetworkCost, type: LayerType) => byType.find((share) => share.type === type);

describe('table 2 of the MobileNet paper, shares in percent', () => {
  const cost = costOf(mobileNetV1());

  // The paper's shares of parameters are shares of weights alone. It prints 1.19 for the standard convolution's MACs,
  // with which its column sums to 99.29: the digits are swapped.
  test.each([
    ['pointwise', 94.86, 74.59],
    ['depthwise', 3.06, 1.06],
    ['standard', 1.91, 0.02],
    ['dense', 0.18, 24.33],
  ] as const)('%s has %d of the MACs and %d of the weights', (type, macs, weights) => {
    const share = shareOf(cost, type);
    expect(100 * (share?.macShare ?? 0)).toBeCloseTo(macs, 2);
    expect(100 * (share?.paramShare.weights ?? 0)).toBeCloseTo(weights, 2);
  });
});

interface DerivedRow {
  readonly macs: number;
  readonly weights: number;
  readonly params_trainable: number;
  readonly params_with_bn_stats: number;
}

const file = new URL('../../../../shared/ground-truth.json', import.meta.url);
const absent = '../shared/ground-truth.json is not beside the repository';

describe('derived totals beside the repository', () => {
  const derived: Readonly<Record<string, DerivedRow>> | undefined = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8')).derived
    : undefined;

  test('MobileNets at every width and resolution', ({ skip }) => {
    if (derived === undefined) return skip(absent);
    let compared = 0;
    for (const [name, row] of Object.entries(derived)) {
      const [, family, minimal, width, resolution] =
        /^mobilenet_(v1|v2|v3_large|v3_small)_(minimalistic_)?([\d.]+)_(\d+)$/.exec(name) ?? [];
      if (family === undefined) continue;
      const options = {
        width: Number(width),
        resolution: Number(resolution),
        ...(minimal !== undefined && { minimalistic: true }),
      };
      const { macs, params } = costOf(buildNetwork(`mobilenet-${family.replace('_', '-')}`, options)).totals;
      expect({ name, macs, ...params }).toMatchObject({
        name,
        macs: row.macs,
        weights: row.weights,
        trainable: row.params_trainable,
        total: row.params_with_bn_stats,
      });
      compared++;
    }
    expect(compared).toBe(44);
  });
});
