import { describe, expect, test } from 'vitest';
import { quantizeNetwork } from './quantize-network.js';
import { sensitiveLayers } from './sensitivity.js';
import { randomInputs, smallNetwork } from './testing/networks.js';

const network = smallNetwork();
const samples = randomInputs(network, 6);

describe('layers that stay with real numbers', () => {
  test('the most sensitive ones, with the reason, and better outputs', async () => {
    const { report: all } = await quantizeNetwork(network, { samples, sensitivity: true });
    const { report: kept } = await quantizeNetwork(network, { samples, keepFloat: { layers: 4 } });
    const costs = all.layers.flatMap(({ name, sensitivity }) =>
      sensitivity === null ? [] : [[name, sensitivity] as const],
    );
    expect(costs.length).toBe(all.counts.integer);
    const worst = costs
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, 4)
      .map(([name]) => name);
    const stay = kept.layers.filter(
      ({ arithmetic, why }) => arithmetic === 'float' && why?.startsWith('it alone'),
    );
    expect(stay.map(({ name }) => name).sort()).toEqual(worst.sort());
    expect(kept.agreement.outputError).toBeLessThan(all.agreement.outputError);
  });

  test('first, last, and those that are named', async () => {
    const { report, network: integer } = await quantizeNetwork(network, {
      samples,
      keepFloat: { first: true, last: true, names: ['gated'] },
    });
    const stay = report.layers.filter(({ arithmetic }) => arithmetic === 'float').map(({ name }) => name);
    expect(stay).toEqual(['stem-act', 'gated', 'logits', 'classes']);
    expect(integer.graph.nodes.filter(({ op }) => op === 'conv2d' || op === 'dense')).toHaveLength(2);
    await expect(quantizeNetwork(network, { samples, keepFloat: { names: ['nobody'] } })).rejects.toThrow(
      'no layer of the network is called so',
    );
  });

  test('as many as a budget takes', async () => {
    const error = 0.01;
    const { report } = await quantizeNetwork(network, { samples, keepFloat: { error } });
    expect(report.agreement.outputError).toBeLessThanOrEqual(error);
    const layers = new Map([
      ['a', 0.1],
      ['b', 0.5],
      ['c', 0.2],
    ]);
    const asked: number[] = [];
    const kept = await sensitiveLayers(layers, { error }, new Map(), async (names) => {
      asked.push(names.size);
      return names.size >= 2 ? 0.005 : 0.1;
    });
    expect([...kept.keys()]).toEqual(['b', 'c']);
  });
});
