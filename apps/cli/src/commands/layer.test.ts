import { describe, expect, it } from 'vitest';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';

const size = ['--height', '14', '--width', '14', '--in', '32', '--out', '64', '--kernel', '3'];
const small = ['layer', ...size, '--seconds', '0.1'];

describe('layer', { timeout: 30_000 }, () => {
  it('gives the account of the paper, exactly', async () => {
    const argv = ['layer', '--height', '56', '--width', '56', '--in', '128', '--out', '256', '--kernel', '3'];
    const report = await sepconvJson([...argv, '--no-measure', '--json']);
    expect(report).toMatchObject({
      standard: { macs: 924_844_032, params: 294_912 },
      separable: { macs: 106_373_120, params: 33_920 },
      ratio: { fraction: '265/2304', value: 265 / 2304 },
    });
    expect(report).not.toHaveProperty('measured');
  });

  it('measures both on this machine', async () => {
    const { measured } = (await sepconvJson([...small, '--stride', '2', '--json'])) as {
      measured: Record<string, number> & { engine: string; reasons: string[] };
    };
    expect(measured.standardMs).toBeGreaterThan(0);
    expect(measured.separableMs).toBeGreaterThan(0);
    expect(measured.speedup).toBeCloseTo((measured.standardMs ?? 0) / (measured.separableMs ?? 1), 9);
    expect(measured.theoreticalSpeedup).toBeCloseTo((9 * 64) / (9 + 64), 9);
    expect(['simd128', 'relaxed', 'wide']).toContain(measured.engine);
    expect(measured.reasons.length).toBeGreaterThan(0);
  });

  it('fits 80 columns, and shows progress to a terminal only', async () => {
    const quiet = await sepconv(small);
    expect(quiet.stderr).toBe('');
    expect(tooWide(quiet.stdout)).toEqual([]);
    const watched = await sepconv(small, { interactive: true });
    expect(watched.stderr).toContain('Measuring');
    expect(watched.stderr.endsWith('\r\u001b[2K')).toBe(true);
  });
});
