import { costOf, separableAccount } from '@sepconv/cost-model';
import type { Timing } from '@sepconv/kernels/measure';
import { mobileNetV1 } from '@sepconv/mobilenet';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { tooWide } from '../testing/terminal.js';
import { type DemoReport, demoJson, demoReport } from './demo.js';

const layer = { height: 56, width: 56, inputChannels: 128, outputChannels: 256, kernel: 3, stride: 1 };
const timing = (milliseconds: number): Timing => ({
  milliseconds,
  medianMs: milliseconds,
  minimumMs: milliseconds,
  samples: 9,
  spread: 0.01,
});
const engine = { name: 'relaxed', reason: '' };

const pixels = Uint8Array.from({ length: 28 * 28 }, (_, i) => (Math.floor(i / 28) === 10 ? 255 : 0));

const report: DemoReport = {
  digits: {
    engine: 'relaxed',
    guesses: Array.from({ length: 10 }, (_, digit) => ({
      digit,
      guess: digit % 9,
      probability: 0.9994,
      pixels,
    })),
    milliseconds: 0.02,
    bytes: 60_000,
    macs: 1_000_000,
    accuracy: 0.9901,
    testImages: 1996,
  },
  layer: {
    layer,
    account: separableAccount(layer),
    measured: {
      engine,
      isSteady: true,
      standard: timing(40),
      separable: timing(5),
      depthwise: timing(0.3),
      pointwise: timing(4.6),
    },
  },
  engine,
  separable: { cost: costOf(mobileNetV1()), timing: timing(25) },
  standard: { cost: costOf(mobileNetV1({ separable: false })), timing: timing(200) },
};

describe('demo', () => {
  it('shows the account, both networks, both times and why, in 80 columns', () => {
    const text = demoReport(report, { width: 80, colors: picocolors.createColors(false) });
    expect(tooWide(text)).toEqual([]);
    expect(text.replace(/\s+/g, ' ')).toContain('gets 99.0 % of 1996 test images right');
    expect(text).toMatch(/ 5, 99\.9 % +6, 99\.9 % +7, 99\.9 % +8, 99\.9 % +0, 99\.9 %/);
    expect(text).toContain('265/2304');
    expect(text).toMatch(/MobileNetV1 +568\.74 M +4\.23 M +25\.0 ms +45\.5 GFLOP\/s/);
    expect(text).toMatch(/standard convolutions +4\.87 G +29\.29 M +200 ms +48\.7 GFLOP\/s/);
    expect(text).toMatch(/ratio +8\.56× +6\.92× +8\.00×/);
    expect(text.replace(/\s+/g, ' ')).toContain('8.56× cheaper than its twin, here it is 8.00× faster');
  });

  it('has the same as data', () => {
    expect(demoJson(report)).toMatchObject({
      engine: 'relaxed',
      digits: { accuracy: 0.9901, milliseconds: 0.02 },
      speedup: 8,
      networks: { separable: { macs: 568_740_352, milliseconds: 25 }, standard: { macs: 4_867_293_184 } },
    });
  });
});
