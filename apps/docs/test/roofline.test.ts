import { passesOf } from '@sepconv/cost-model';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { describe, expect, test } from 'vitest';
import { rooflineView } from '../src/islands/roofline/roofline-data.js';

const layers = passesOf(mobileNetV1());

describe('a network under a roofline', () => {
  test('takes as long as the slower of arithmetic and memory in each layer', () => {
    const { milliseconds, ridge } = rooflineView(layers, { gigaflops: 50, bandwidth: 10 });
    const expected = layers.map(({ flops, readBytes, writtenBytes }) =>
      Math.max(flops / 50e9, (readBytes + writtenBytes) / 10e9),
    );
    expect(milliseconds).toBeCloseTo(1000 * expected.reduce((sum, time) => sum + time, 0), 6);
    expect(ridge).toBe(5);
  });

  test('has depthwise layers on the slope and pointwise ones under the roof', () => {
    const { layers: shown, memoryShare } = rooflineView(layers, { gigaflops: 50, bandwidth: 10 });
    expect(shown).toHaveLength(layers.filter(({ macs }) => macs > 0).length);
    for (const { type, boundBy, gigaflops } of shown) {
      if (type === 'depthwise') expect([boundBy, gigaflops < 50]).toEqual(['memory', true]);
      if (boundBy === 'arithmetic') expect(gigaflops).toBe(50);
    }
    expect(shown.some(({ type, boundBy }) => type === 'pointwise' && boundBy === 'arithmetic')).toBe(true);
    expect(memoryShare).toBeGreaterThan(0);
    expect(memoryShare).toBeLessThan(1);
  });

  test('on a machine with fast memory only arithmetic counts', () => {
    const macs = layers.filter((layer) => layer.macs > 0);
    const { milliseconds, memoryShare } = rooflineView(macs, { gigaflops: 1, bandwidth: 100_000 });
    expect(memoryShare).toBe(0);
    expect(milliseconds).toBeCloseTo(macs.reduce((sum, { flops }) => sum + flops, 0) / 1e6, 6);
  });

  test('has what was measured beside it', () => {
    const computing = layers.filter(({ macs }) => macs > 0);
    const measured = {
      machine: { gigaflops: 40, bandwidth: 10 },
      milliseconds: new Map(computing.map(({ name, flops }) => [name, flops / 20e6])),
      isSteady: true,
    };
    const view = rooflineView(layers, measured.machine, measured);
    for (const { reached } of view.layers) expect(reached).toBeCloseTo(20, 9);
    const flops = computing.reduce((sum, layer) => sum + layer.flops, 0);
    expect(view.measuredMs).toBeCloseTo(flops / 20e6, 9);
    expect(view.leastMs).toBeLessThanOrEqual(view.milliseconds);
  });
});
