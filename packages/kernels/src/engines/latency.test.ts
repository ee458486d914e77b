import { describe, expect, test } from 'vitest';
import { findLevels, measureLevels } from './latency.js';

const kilobytes = 1024;

/** A machine whose loads take so long up to each size; past one, some of the lines still come from the level before. */
const machine =
  (first: number, second: number, [near, middle, far]: readonly [number, number, number], smear = 0) =>
  (bytes: number): number => {
    const beyond = (size: number): number => Math.min(1, Math.max(0, (bytes - size) / (smear * size + 1)));
    return near + (middle - near) * beyond(first) + (far - middle) * beyond(second);
  };

describe('caches are found by the time of loads', () => {
  test.each([
    ['of Zen 3', 32, 512, [1.2, 3.7, 14]],
    ['of Zen 5', 48, 1024, [1, 3.4, 13]],
    ['of a Xeon', 48, 2048, [1.6, 4.6, 25]],
    ['of an older Xeon', 32, 256, [1.2, 3.6, 15]],
    ['of an M1', 128, 4096 - 1024, [1, 5.5, 30]],
    ['of a small Arm', 32, 128, [1.5, 6, 40]],
  ] as const)('%s', (_, first, second, times) => {
    const { caches, latencies } = findLevels(machine(first * kilobytes, second * kilobytes, times));
    expect(caches).toEqual({ first: first * kilobytes, second: second * kilobytes });
    expect(latencies.first).toBe(times[0]);
    expect(latencies.second).toBeCloseTo(times[1], 5);
    expect(latencies.beyond).toBeCloseTo(times[2], 5);
  });

  test('whose ends are smeared are taken for smaller, never for larger', () => {
    const { caches } = findLevels(machine(32 * kilobytes, 400 * kilobytes, [1.2, 3.7, 14], 0.5));
    expect(caches).toEqual({ first: 32 * kilobytes, second: 384 * kilobytes });
  });

  test('are found while others push a part of the lines out, now and then all of them', () => {
    let calls = 0;
    const quiet = machine(32 * kilobytes, 512 * kilobytes, [1.2, 3.7, 14]);
    const disturbed = (bytes: number): number =>
      ++calls % 4 === 0 ? 20 : quiet(bytes) + (bytes > 64 * kilobytes ? 2.5 : 0);
    expect(findLevels(disturbed).caches).toEqual({ first: 32 * kilobytes, second: 512 * kilobytes });
  });

  test('that do not end are as small as anywhere', () => {
    expect(findLevels(() => 2)).toEqual({
      caches: { first: 32 * kilobytes, second: 512 * kilobytes },
      latencies: { first: 2, second: 2, beyond: 2 },
    });
  });

  test('of this machine, the nearer ones being faster', async () => {
    const { caches, latencies } = await measureLevels();
    expect(caches.first).toBeGreaterThanOrEqual(16 * kilobytes);
    expect(caches.second).toBeGreaterThan(caches.first);
    expect(latencies.second).toBeGreaterThanOrEqual(latencies.first);
    expect(latencies.first).toBeGreaterThan(0);
  });
});
