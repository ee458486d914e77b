import { costOf } from '@sepconv/cost-model';
import type { Graph } from '@sepconv/graph';
import { describe, expect, it } from 'vitest';
import { decomposeNetwork } from './decompose-network.js';
import { measureBy } from './testing/measure-by.js';
import { smallNetwork } from './testing/networks.js';

const network = smallNetwork();

describe('rules', () => {
  it('energy: the smallest rank that keeps it', async () => {
    const { report } = await decomposeNetwork(network, { energy: 0.8, force: true });
    for (const { rank, spectrum, energy } of report.layers.filter(({ replaced }) => replaced)) {
      const squares = spectrum.map((value) => value ** 2);
      const kept = (count: number) =>
        squares.slice(0, count).reduce((a, b) => a + b, 0) / squares.reduce((a, b) => a + b);
      expect(energy).toBeCloseTo(kept(rank!), 10);
      expect(kept(rank!)).toBeGreaterThanOrEqual(0.8);
      expect(kept(rank! - 1)).toBeLessThan(0.8);
    }
  });

  it.each([0.2, 0.35, 0.5, 0.8, 1])('a budget of %d of the MACs is kept, and used', async (macs) => {
    const { report } = await decomposeNetwork(network, { budget: { macs } });
    const { macsBefore, macsAfter } = report.totals;
    expect(macsAfter).toBeLessThanOrEqual(macs * macsBefore);
    expect(macsAfter).toBeGreaterThan((macs - 0.12) * macsBefore);
    if (macs === 1) expect(report.totals).toMatchObject({ replaced: 0, outputError: expect.closeTo(0, 5) });
  });

  it('a larger budget of MACs loses less', async () => {
    const errors: number[] = [];
    for (const macs of [0.2, 0.4, 0.6, 0.8]) {
      errors.push((await decomposeNetwork(network, { budget: { macs } })).report.totals.predictedError);
    }
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
  });

  it.each([0.3, 0.8, 1.4])('a budget of %d for the error is kept, at fewer MACs', async (error) => {
    const { report } = await decomposeNetwork(network, { budget: { error } });
    expect(report.totals.predictedError).toBeLessThanOrEqual(error);
    expect(report.totals.macsAfter).toBeLessThanOrEqual(report.totals.macsBefore);
    if (error > 1) expect(report.totals.macsAfter).toBeLessThan(0.5 * report.totals.macsBefore);
  });

  it('a budget of milliseconds is kept by what was measured', async () => {
    const measure = measureBy((graph) => costOf(graph).totals.macs / 1e6 + 0.01 * graph.nodes.length);
    const whole = measure({ network: network.graph }).network!;
    const { report } = await decomposeNetwork(network, { budget: { milliseconds: 0.5 * whole }, measure });
    expect(report.totals.msAfter).toBeLessThanOrEqual(0.5 * whole);
    expect(report.totals.replaced).toBeGreaterThan(1);
  });

  it('a budget takes no rank that was measured slower, and weighs the others again', async () => {
    const slow = (graph: Graph) => graph.nodes.some(({ name }) => name === 'branch/depthwise');
    const measure = measureBy((graph) => costOf(graph).totals.macs * (slow(graph) ? 10 : 1));
    const { report } = await decomposeNetwork(network, { budget: { macs: 0.7 }, measure });
    expect(report.layers.find(({ name }) => name === 'branch')).toMatchObject({
      rank: null,
      replaced: false,
    });
    expect(report.totals.macsAfter).toBeLessThanOrEqual(0.7 * report.totals.macsBefore);
  });
});
