import { describe, expect, it } from 'vitest';
import { brailleChart, braillePlot, decades } from './braille.js';

describe('braillePlot', () => {
  it('puts the ends of both axes into the corners', () => {
    const corners = [1, 100].flatMap((x) => [1, 100].map((y) => ({ x, y })));
    const lines = braillePlot({ width: 3, height: 2, xRange: [1, 100], yRange: [1, 100], points: corners });
    expect(lines).toEqual(['⠁⠀⠈', '⡀⠀⢀']);
  });

  it('is logarithmic, and keeps what is outside at the edge', () => {
    const points = [
      { x: 10, y: 10 },
      { x: 1e9, y: 1e-9 },
    ];
    const [line] = braillePlot({ width: 3, height: 1, xRange: [1, 100], yRange: [1, 100], points });
    expect(line).toBe('⠀⠐⢀');
  });

  it('draws a curve through every column', () => {
    const plot = { width: 20, height: 4, xRange: [1, 1000], yRange: [1, 1000], points: [] } as const;
    const lines = braillePlot({ ...plot, curve: (x) => x });
    for (let column = 0; column < 20; column++) {
      expect(lines.some((line) => [...line][column] !== '⠀')).toBe(true);
    }
  });

  it('leaves out what has no logarithm', () => {
    const lines = braillePlot({
      width: 2,
      height: 1,
      xRange: [1, 10],
      yRange: [1, 10],
      points: [{ x: 0, y: 5 }],
    });
    expect(lines).toEqual(['⠀⠀']);
  });
});

describe('axes', () => {
  it('have decades', () => {
    expect(decades([0.5, 2000])).toEqual([1, 10, 100, 1000]);
    expect(decades([2, 9])).toEqual([]);
  });

  it('have labels and titles', () => {
    const chart = brailleChart(
      { width: 30, height: 5, xRange: [1, 1000], yRange: [10, 1000], points: [] },
      'FLOPs per byte',
      'GFLOP/s',
    );
    expect(chart).toMatch(/^ {2}GFLOP\/s\n {3}1k ┤/);
    expect(chart).toMatch(/1 +10 +100 +1k\n +FLOPs per byte\n$/);
  });
});
