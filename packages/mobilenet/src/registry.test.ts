import { initializeWeights, validateNetwork } from '@sepconv/graph';
import { describe, expect, test } from 'vitest';
import { NetworkError } from './errors.js';
import { mobileNetV1 } from './nets/mobilenet-v1.js';
import { buildNetwork, networkEntry, networkNames } from './registry.js';
import { blockShapes } from './testing/facts.js';

describe('buildNetwork', () => {
  test('builds what the function of that network builds', () => {
    const options = { width: 0.5, resolution: 96, separable: false };
    expect(buildNetwork('mobilenet-v1', options)).toEqual(mobileNetV1(options));
  });

  test('takes undefined for the default', () => {
    expect(buildNetwork('mobilenet-v1', { width: undefined } as object)).toEqual(mobileNetV1());
  });

  test.each([
    ['mobilenet-v3-larg', 'Did you mean "mobilenet-v3-large"?'],
    ['MobileNet_V1', 'Did you mean "mobilenet-v1"?'],
    ['mobilnet-v2', 'Did you mean "mobilenet-v2"?'],
    ['resnet-50', 'there is no network "resnet-50". There are mobilenet-v1, mobilenet-v2'],
    ['toString', 'there is no network "toString". There are'],
  ])('%s is refused with help', (name, message) => {
    expect(() => buildNetwork(name)).toThrow(NetworkError);
    expect(() => buildNetwork(name)).toThrow(message);
  });
});

describe.each(networkNames)('%s', (name) => {
  test('builds with every option at its default, and has weights for every parameter', () => {
    const { options, build } = networkEntry(name);
    const defaults = Object.entries(options).map(([key, spec]) => [key, spec.default]);
    expect(build(Object.fromEntries(defaults))).toEqual(build());
    const graph = buildNetwork(name, { resolution: 33, classes: 2 });
    const network = { graph, weights: initializeWeights(graph, 1) };
    expect(validateNetwork(network).get('head/softmax')?.shape).toEqual([1, 2]);
  });

  test('describes itself and its options', () => {
    const { description, source, options } = networkEntry(name);
    expect(description).not.toBe('');
    expect(source).toMatch(/arXiv:\d{4}\.\d{5}/);
    for (const spec of Object.values(options)) {
      expect(spec.description).not.toBe('');
      expect(spec.allowed).not.toBe('');
    }
  });

  test.each(['resolution', 'classes', 'batch'])('refuses an impossible %s', (option) => {
    for (const value of [0, -1, 1.5, Number.NaN, Infinity, '3']) {
      expect(() => buildNetwork(name, { [option]: value })).toThrow(NetworkError);
    }
  });

  test('keeps its batch', () => {
    const shapes = blockShapes(buildNetwork(name, { batch: 3, resolution: 32 }));
    expect(shapes.every(([, shape]) => shape[0] === 3)).toBe(true);
  });
});
