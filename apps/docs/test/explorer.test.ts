import { networkNames } from '@sepconv/mobilenet';
import { describe, expect, test } from 'vitest';
import { blocksOf } from '../src/islands/explorer/blocks.js';
import { networkCost } from '../src/islands/explorer/network.js';
import {
  explorerForm,
  hasTwin,
  published,
  publishedResolution,
  resolutionsOf,
  widthsOf,
} from '../src/islands/explorer/settings.js';
import { linkQuery } from '../src/lib/query.js';

describe('the network explorer', () => {
  test.each(networkNames)('%s is counted, and its blocks add up to the whole', (network) => {
    const cost = networkCost(published(network));
    const blocks = blocksOf(cost);
    expect(blocks.length).toBeGreaterThan(5);
    expect(new Set(blocks.map(({ name }) => name)).size).toBe(blocks.length);
    expect(blocks.reduce((sum, { macs }) => sum + macs, 0)).toBe(cost.totals.macs);
    expect(blocks.flatMap(({ layers }) => layers)).toEqual(cost.layers);
  });

  test.each(networkNames)('%s takes every width and resolution that is offered', (network) => {
    const [narrowest, widest] = [widthsOf(network)[0]!, widthsOf(network).at(-1)!];
    const [smallest, largest] = [resolutionsOf(network)[0]!, resolutionsOf(network).at(-1)!];
    expect(resolutionsOf(network)).toContain(publishedResolution(network));
    const small = networkCost({ network, width: narrowest, resolution: smallest, twin: false });
    const large = networkCost({ network, width: widest, resolution: largest, twin: hasTwin(network) });
    expect(small.totals.macs).toBeLessThan(large.totals.macs);
  });

  test('a link gives back what it was made from, and nonsense is as published', () => {
    const settings = { network: 'mobilenet-v2', width: 0.35, resolution: 96, twin: true } as const;
    const query = linkQuery(explorerForm, settings, new URLSearchParams('?h=7'));
    expect(query).toBe('?h=7&network=mobilenet-v2&width=0.35&resolution=96&twin=yes');
    expect(explorerForm.read(new URLSearchParams(query))).toEqual(settings);
    const nonsense = '?network=toString&width=7&resolution=1e9&twin=maybe';
    expect(explorerForm.read(new URLSearchParams(nonsense))).toEqual(explorerForm.defaults);
  });
});
