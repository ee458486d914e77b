import { expect, test } from 'vitest';
import { accuracyPoints, energyPoints, fullRank, readEvidence } from '../src/lib/evidence.js';

const over = (mean: number) => ({ mean, least: mean - 0.01, most: mean + 0.01 });

test('the curve of accuracy has both ways of decomposing, and the best that fine-tuning made of each rank', () => {
  const standard = { network: 's', params: 1, macs: 200, milliseconds: 1, accuracy: over(0.99) };
  const point = (rank: number, method: 'plain' | 'calibrated', before: number, after: number) => ({
    rank,
    method,
    macs: rank * 25,
    before: over(before),
    after: { '1': over(after - 0.02), '3': over(after) },
  });
  const points = accuracyPoints({
    standard,
    curve: [point(2, 'plain', 0.8, 0.97), point(1, 'plain', 0.5, 0.95), point(1, 'calibrated', 0.7, 0.96)],
  });
  const shown = points.map(({ rank, series, share, accuracy }) => [rank, series, share, accuracy]);
  expect(shown).toEqual([
    [1, 'plain', 0.125, 0.5],
    [1, 'calibrated', 0.125, 0.7],
    [1, 'tuned', 0.125, 0.96],
    [2, 'plain', 0.25, 0.8],
    [2, 'tuned', 0.25, 0.97],
  ]);
});

test('the spectrum is the mean of the 3×3 layers', () => {
  const layer = (first: number, ranks: number) => ({
    network: 'n',
    layer: 'l',
    shape: '',
    trained: Array.from({ length: ranks }, (_, i) => (i === 0 ? first : 1)),
    random: Array.from({ length: ranks }, (_, i) => (i + 1) / ranks),
  });
  const points = energyPoints([layer(0.6, fullRank), layer(0.8, fullRank), layer(0.1, 25)]);
  expect(points).toHaveLength(2 * fullRank);
  expect(points[0]).toEqual({ rank: 1, kept: 0.7, series: 'trained' });
  expect(points.at(-1)).toEqual({ rank: fullRank, kept: 1, series: 'random' });
  expect(energyPoints([])).toEqual([]);
});

test('the results that are committed can be shown; where there are none, nothing is', () => {
  const evidence = readEvidence(new URL('../../../evidence/results.json', import.meta.url).pathname);
  expect(readEvidence('/no/such/file.json')).toBeUndefined();
  if (evidence === undefined) return;
  expect(accuracyPoints(evidence).length).toBeGreaterThan(0);
  for (const { accuracy, least, most } of accuracyPoints(evidence)) {
    expect(accuracy).toBeGreaterThanOrEqual(least - 1e-12);
    expect(accuracy).toBeLessThanOrEqual(most + 1e-12);
  }
});
