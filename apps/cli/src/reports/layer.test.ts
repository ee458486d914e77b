import { separableAccount } from '@sepconv/cost-model';
import type { Timing } from '@sepconv/kernels/measure';
import type { LayerOptions } from '@sepconv/mobilenet';
import fc from 'fast-check';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { tooWide } from '../testing/terminal.js';
import { layerJson, layerReport } from './layer.js';
import type { LayerMeasurement } from './layer-report.js';
import { speedupReasons } from './speedup.js';

const layer: LayerOptions = {
  height: 56,
  width: 56,
  inputChannels: 128,
  outputChannels: 256,
  kernel: 3,
  stride: 1,
};
const account = separableAccount(layer);
const style = { width: 80, colors: picocolors.createColors(false) };

/** Times that follow from a speed in GFLOP/s for each part. */
function measuredAt(
  speeds: Record<'standard' | 'separable' | 'depthwise' | 'pointwise', number>,
  isSteady = true,
): LayerMeasurement {
  const timing = (part: keyof typeof speeds): Timing => {
    const milliseconds = account[part].flops / speeds[part] / 1e6;
    return { milliseconds, medianMs: milliseconds, minimumMs: milliseconds, samples: 9, spread: 0.02 };
  };
  return {
    engine: { name: 'simd128', reason: '' },
    isSteady,
    standard: timing('standard'),
    separable: timing('separable'),
    depthwise: timing('depthwise'),
    pointwise: timing('pointwise'),
  };
}

const reasonsAt = (...args: Parameters<typeof measuredAt>) =>
  speedupReasons({ layer, account, measured: measuredAt(...args) });

describe('why the measured speed-up is not the theoretical one', () => {
  it('says so when they agree', () => {
    const reasons = reasonsAt({ standard: 40, separable: 41, depthwise: 40, pointwise: 41 });
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(/agree.*41\.0 GFLOP\/s against 40\.0 GFLOP\/s/);
  });

  it('names the depthwise step when that is slow', () => {
    const reasons = reasonsAt({ standard: 45, separable: 34, depthwise: 8, pointwise: 44 });
    // 8.69 · 34/45 = 6.57, and 212.7 MFLOP/34 − 212.7/45 = 1.53 ms too long.
    expect(reasons[0]).toMatch(/Why not 8\.69×\?.*0\.76× the speed.*8\.69 · 0\.76 = 6\.57/);
    // 7.225 MFLOP/8 − 7.225/45 = 0.743 ms; of 0.903 ms + 205.5/44 ms it takes 16.2 %.
    expect(reasons).toContainEqual(
      expect.stringMatching(/^743 µs( of the 1\.53 ms that this costs)? are the depthwise/),
    );
    const depthwise = reasons.find((reason) => reason.includes("the depthwise step's"));
    expect(depthwise).toMatch(/has 3\.4 % of the multiply-adds but takes 16\.2 % of the time/);
    // 2·9 FLOPs for 8 bytes and a few weights; 2·128·256 for 4·(128 + 256) bytes and the weights.
    expect(depthwise).toMatch(/With 2\.25 FLOPs for each byte that moves, against 41\.5/);
  });

  it('names the pointwise step when that is slow', () => {
    const reasons = reasonsAt({ standard: 45, separable: 30, depthwise: 30, pointwise: 30 });
    expect(reasons[1]).toMatch(
      /^2\.28 ms of the 2\.36 ms that this costs are the pointwise step's, at 30\.0 GFLOP/,
    );
    expect(reasons[1]).toMatch(/128 terms instead of K²·C_in = 1152/);
    expect(reasons).toHaveLength(2);
  });

  it('names what is lost between the steps', () => {
    const reasons = reasonsAt({ standard: 45, separable: 36, depthwise: 45, pointwise: 45 });
    expect(reasons[1]).toMatch(/^1\.18 ms of the 1\.18 ms that this costs are lost between.*1\.61 MB/);
    expect(reasons).toHaveLength(2);
  });

  it('names the standard layer when that is slow', () => {
    const reasons = reasonsAt({ standard: 20, separable: 40, depthwise: 40, pointwise: 40 });
    expect(reasons[1]).toMatch(/standard layer is the one that is held up, at 20\.0 GFLOP\/s/);
  });

  it('explains nothing by times that have not settled', () => {
    const reasons = reasonsAt({ standard: 45, separable: 34, depthwise: 8, pointwise: 44 }, false);
    expect(reasons).toEqual([expect.stringMatching(/busy with something else/)]);
  });

  it('shares nothing out where a step takes more than all that is lost', () => {
    // 1.53 ms are lost, and the depthwise step alone would have lost 7.1: together they are faster.
    const reasons = reasonsAt({ standard: 45, separable: 34, depthwise: 1, pointwise: 44 });
    expect(reasons).toEqual([
      expect.stringMatching(/^Why not/),
      expect.stringMatching(/cannot be shared out/),
    ]);
  });

  it('never says that a part is more than the whole', () => {
    const speeds = fc.record({
      standard: fc.double({ min: 1, max: 100, noNaN: true }),
      separable: fc.double({ min: 1, max: 100, noNaN: true }),
      depthwise: fc.double({ min: 1, max: 100, noNaN: true }),
      pointwise: fc.double({ min: 1, max: 100, noNaN: true }),
    });
    const inMicroseconds = { ms: 1000, µs: 1 } as const;
    fc.assert(
      fc.property(speeds, (drawn) => {
        for (const reason of reasonsAt(drawn)) {
          const said = /^([\d.]+) (ms|µs) of the ([\d.]+) (ms|µs)/.exec(reason);
          if (said === null) continue;
          const [part, whole] = [1, 3].map(
            (at) => Number(said[at]) * inMicroseconds[said[at + 1] as 'ms' | 'µs'],
          ) as [number, number];
          expect(part).toBeLessThanOrEqual(whole);
        }
      }),
    );
  });
});

describe('layerReport', () => {
  const measured = measuredAt({ standard: 45, separable: 34, depthwise: 8, pointwise: 40 });

  it('shows account, formulas, ratio and times in 80 columns', () => {
    const text = layerReport({ layer, account, measured }, style);
    expect(tooWide(text)).toEqual([]);
    expect(text).toContain('A 3×3 convolution, 56×56×128 → 56×56×256');
    expect(text).toMatch(/standard +924\.84 M +294\.91 k +41\.1 ms +45\.0 GFLOP\/s/);
    expect(text).toMatch(/standard +H·W·C_out·K²·C_in += 56·56·256·9·128/);
    expect(text).toContain('1/C_out + 1/K² = 265/2304 = 0.115017');
    expect(text).toMatch(/on paper +8\.69× fewer/);
    expect(text).toMatch(/measured +6\.57× faster/);
  });

  it('does not call it a saving where there is none', () => {
    const tiny: LayerOptions = { ...layer, outputChannels: 1, kernel: 1 };
    const text = layerReport({ layer: tiny, account: separableAccount(tiny) }, style);
    expect(text).toMatch(/on paper +2\.00× more multiply-adds and weights/);
    expect(text).not.toContain('measured');
  });

  it('has the same numbers as data', () => {
    expect(layerJson({ layer, account, measured })).toMatchObject({
      standard: { macs: 924_844_032 },
      ratio: { fraction: '265/2304' },
      measured: {
        engine: 'simd128',
        gigaflopsPerSecond: { standard: expect.closeTo(45, 9) },
        theoreticalSpeedup: 2304 / 265,
      },
    });
  });
});
