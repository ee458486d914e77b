/** @file The three engines of browsers: the same bits of a whole network, and a classifier on a canvas. */
import { describe, expect, test } from 'vitest';
import { answer } from '../matrix/program.js';
import { type BrowserName, browsers, reportOf } from './browsers.ts';
import type { BrowserReport } from './engines-page.ts';
import { bundleForPage } from './page.ts';

/** Cases for each op and engine; the matrix asks for some, here whole networks are enough. */
const runs = Number(process.env.SEPCONV_ENGINES_RUNS ?? 0);

/** Whether relaxed instructions are there: WebKit has none. */
const hasRelaxed: Readonly<Record<BrowserName, boolean>> = { Chromium: true, Firefox: true, WebKit: false };

const files = new Map([['/main.js', ['text/javascript', await bundleForPage('engines-page.ts')] as const]]);

/** Each browser is asked once. */
const reports = new Map<BrowserName, Promise<BrowserReport>>();
function report(name: BrowserName): Promise<BrowserReport> {
  const asked = reports.get(name) ?? (reportOf(name, files, `?runs=${runs}`) as Promise<BrowserReport>);
  reports.set(name, asked);
  return asked;
}

const names = Object.keys(browsers) as BrowserName[];
const title = (name: BrowserName): string =>
  browsers[name].path === undefined ? `${name} (skipped: install ${browsers[name].brings})` : name;

describe.each(names.map((name) => [title(name), name] as const))('in %s', (_, name) => {
  const inBrowser = test.skipIf(browsers[name].path === undefined);
  inBrowser('V2 gives the bits of Node, and every op is within its bound', { timeout: 600_000 }, async () => {
    const { bits, sweeps, classes } = await report(name);
    expect(bits.simd128).toBe(await answer('simd128'));
    expect(bits.relaxed).toMatch(hasRelaxed[name] ? /^100:[0-9a-f]{8}$/ : /relaxed/);
    expect(Object.entries(sweeps).filter(([, cases]) => typeof cases !== 'number' || cases === 0)).toEqual(
      [],
    );
    expect(classes.map(({ label }) => label).sort()).toEqual(['blue', 'green', 'red']);
    expect(classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  });

  inBrowser('relaxed gives the bits of the first browser that has it', { timeout: 600_000 }, async () => {
    const first = names.find((other) => browsers[other].path !== undefined && hasRelaxed[other]);
    if (first === undefined || !hasRelaxed[name]) return;
    expect((await report(name)).bits.relaxed).toBe((await report(first)).bits.relaxed);
  });
});
