/** @file The networks' costs beside published and derived totals, to the last digit. */
import { existsSync, readFileSync } from 'node:fs';
import { costOf, type LayerType, type NetworkCost } from '@sepconv/cost-model';
import { buildNetwork, mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import { describe, expect, test } from 'vitest';

describe('published totals', () => {
  test.each([
    ['MobileNetV1', mobileNetV1(), 568_740_352, 4_231_976, 4_253_864],
    ['MobileNetV1 of standard convolutions', mobileNetV1({ separable: false }), 4_867_293_184, 29_294_088],
    ['MobileNetV1, shallow', mobileNetV1({ shallow: true }), 307_323_392, 2_887_976],
    ['MobileNetV2', mobileNetV2(), 300_774_272, 3_504_872, 3_538_984],
    ['MobileNetV2 1.4', mobileNetV2({ width: 1.4 }), 582_195_824, 6_108_776],
  ] as const)('%s', (_, graph, macs, trainable, total?: number) => {
    const { totals } = costOf(graph);
    expect(totals.macs).toBe(macs);
    expect(totals.flops).toBe(2 * macs);
    expect(totals.params.trainable).toBe(trainable);
    if (total !== undefined) expect(totals.params.total).toBe(total);
  });
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

  test('V1 and V2 at every width and resolution', ({ skip }) => {
    if (derived === undefined) return skip(absent);
    let compared = 0;
    for (const [name, row] of Object.entries(derived)) {
      const [, version, width, resolution] = /^mobilenet_(v[12])_([\d.]+)_(\d+)$/.exec(name) ?? [];
      if (version === undefined) continue;
      const options = { width: Number(width), resolution: Number(resolution) };
      const { macs, params } = costOf(buildNetwork(`mobilenet-${version}`, options)).totals;
      expect({ name, macs, ...params }).toMatchObject({
        name,
        macs: row.macs,
        weights: row.weights,
        trainable: row.params_trainable,
        total: row.params_with_bn_stats,
      });
      compared++;
    }
    expect(compared).toBe(38);
  });
});
