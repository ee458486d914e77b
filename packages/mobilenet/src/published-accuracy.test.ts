import { describe, expect, it } from 'vitest';
import { publishedAccuracy, publishedNetworks } from './published-accuracy.js';
import { buildNetwork } from './registry.js';

describe('published accuracies', () => {
  it('are for the very network alone', () => {
    expect(publishedAccuracy('mobilenet-v1', {})?.top1).toBe(70.9);
    expect(publishedAccuracy('mobilenet-v1', { width: 0.25, resolution: 128 })?.top1).toBe(41.5);
    for (const options of [{ width: 0.33 }, { resolution: 225 }, { separable: false }, { classes: 10 }]) {
      expect(publishedAccuracy('mobilenet-v1', options)).toBeUndefined();
    }
    expect(publishedAccuracy('mobilenet-v4-conv-small')).toBeUndefined();
    expect(publishedAccuracy('toString')).toBeUndefined();
    // Without a resolution it is the network's own that counts, and not everybody's 224.
    expect(publishedAccuracy('xception')?.top1).toBe(79.04);
  });

  it('are listed with options that build the network, once each, and with an address to read them at', () => {
    const all = publishedNetworks();
    expect(all.length).toBeGreaterThan(50);
    for (const { network, options, accuracy } of all) {
      expect(publishedAccuracy(network, options)).toEqual(accuracy);
      expect(accuracy.top1).toBeGreaterThan(40);
      expect(accuracy.top1).toBeLessThan(83);
      expect(accuracy.link).toMatch(/^https:\/\/github\.com\//);
    }
    const names = all.map(({ network, options }) => buildNetwork<string>(network, options).name);
    expect(new Set(names).size).toBe(all.length);
  });
});
