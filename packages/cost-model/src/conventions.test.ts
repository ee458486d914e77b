import { batchNorm, conv2d, dense, GraphBuilder } from '@sepconv/graph';
import { describe, expect, test } from 'vitest';
import { type ConventionName, conventionNames, conventions, countUnder } from './conventions.js';
import { costOf } from './cost.js';
import { CostError } from './errors.js';

/** A convolution of 3 to 8 channels on 4×4 pixels with its BatchNorm, and a dense layer of 128 to 10. */
function costOfSmall(name: string) {
  const builder = new GraphBuilder(name);
  const image = builder.input('image', [1, 4, 4, 3]);
  const conv = conv2d(builder, image, { name: 'conv', filters: 8, kernel: 3, bias: false });
  const active = builder.node('relu', [batchNorm(builder, conv, { name: 'norm' })], {});
  return costOf(builder.build([dense(builder, active, { name: 'logits', filters: 10 })]));
}

const weights = 9 * 3 * 8 + 128 * 10;
const macs = 16 * 9 * 3 * 8 + 128 * 10;

describe('countUnder', () => {
  test.each([
    ['exact', macs, weights + 10 + 16, 3 * 128 + 10],
    ['paper', macs, weights, 3 * 128 + 10],
    ['torchvision', macs, weights + 10 + 16, 128 + 10],
    ['timm', macs + 2 * 128, weights + 10 + 16, 128 + 10],
    ['keras', macs, weights + 10 + 32, 3 * 128 + 10],
    ['slim', macs, weights + 10 + 16, 3 * 128 + 10],
  ] as const)('%s', (name, expectedMacs, params, activations) => {
    expect(countUnder(name, costOfSmall('small')).totals).toEqual({
      macs: expectedMacs,
      params,
      activations,
    });
  });

  test('slim counts three vectors of BatchNorm in MobileNetV1 and weights alone in V2', () => {
    expect(countUnder('slim', costOfSmall('mobilenet-v1_1.0_224')).totals.params).toBe(weights + 10 + 24);
    expect(countUnder('slim', costOfSmall('mobilenet-v2_1.0_224')).totals.params).toBe(weights);
  });

  test('layers add up to the totals, where no parameter is shared', () => {
    const cost = costOfSmall('small');
    for (const name of conventionNames) {
      const { layers, totals } = countUnder(name, cost);
      expect(layers.map((layer) => layer.name)).toEqual(cost.layers.map((layer) => layer.name));
      for (const key of ['macs', 'params', 'activations'] as const) {
        expect(layers.reduce((sum, layer) => sum + layer[key], 0)).toBe(totals[key]);
      }
    }
  });

  test('says what every number counts', () => {
    for (const name of conventionNames) {
      expect(conventions[name].name).toBe(name);
      const { source, definitions } = countUnder(name, costOfSmall('small'));
      for (const text of [source, ...Object.values(definitions)]) expect(text.length).toBeGreaterThan(10);
    }
  });

  test('refuses a convention that it does not know', () => {
    const count = () => countUnder('thop' as ConventionName, costOfSmall('small'));
    expect(count).toThrow(CostError);
    expect(count).toThrow('there is no convention "thop"; there are exact, paper, torchvision');
  });
});
