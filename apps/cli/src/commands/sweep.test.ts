import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseBudget } from '../sweep/budget.js';
import type { Sweep } from '../sweep/sweep.js';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';

const folder = mkdtempSync(join(tmpdir(), 'sepconv-sweep-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const small = ['sweep', 'mobilenet-v2', '--width', '0.35,1.0', '--resolution', '96,128'];

describe('sepconv sweep', () => {
  it('counts every combination, cheapest first, with the published accuracy beside it', async () => {
    const { entries, by } = (await sepconvJson([...small, '--json'])) as Sweep;
    expect(by).toBe('macs');
    expect(entries.map(({ options, macs, accuracy }) => [options, macs, accuracy?.top1])).toEqual([
      [{ width: 0.35, resolution: 96 }, 11_934_128, 45.5],
      [{ width: 0.35, resolution: 128 }, 20_220_672, 50.8],
      [{ width: 1, resolution: 96 }, 56_289_152, 60.3],
      [{ width: 1, resolution: 128 }, 99_074_048, 65.3],
    ]);
    expect(entries.every(({ isOptimal, fits, ms }) => isOptimal === true && fits && ms === null)).toBe(true);
  });

  it('keeps to a budget of several limits', async () => {
    const { entries, budgets } = (await sepconvJson([
      ...small,
      '--budget',
      'macs=60M,memory=1MB',
      '--json',
    ])) as Sweep;
    expect(budgets).toEqual([
      { name: 'macs', limit: 60e6 },
      { name: 'memory', limit: 1e6 },
    ]);
    for (const { macs, memory, fits, isOptimal } of entries) {
      expect(fits).toBe(macs <= 60e6 && memory <= 1e6);
      // What is over the budget is on no front.
      if (!fits) expect(isOptimal).toBe(false);
    }
    expect(entries.some(({ fits }) => fits) && entries.some(({ fits }) => !fits)).toBe(true);
  });

  it('predicts milliseconds for a described machine', async () => {
    const machine = join(folder, 'machine.json');
    writeFileSync(machine, '{"name": "board", "peakGflops": 10, "bandwidthGBs": 100}');
    const argv = [...small, '--machine', machine, '--budget', 'ms=8', '--json'];
    const { entries, by, machine: name } = (await sepconvJson(argv)) as Sweep;
    expect({ by, name }).toEqual({ by: 'ms', name: 'board' });
    for (const { ms, macs, fits } of entries) {
      // Bytes are nearly free on it, so that arithmetic is all.
      expect((ms ?? 0) / (macs / 5e6)).toBeGreaterThan(0.99);
      expect((ms ?? 0) / (macs / 5e6)).toBeLessThan(1.2);
      expect(fits).toBe((ms ?? Infinity) <= 8);
    }
  });

  it('prints a table in 80 columns, and where the accuracies come from', async () => {
    const { code, stdout, stderr } = await sepconv(['sweep', 'mobilenet-v2', '--budget', 'macs=100M']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(tooWide(stdout)).toEqual([]);
    expect(stdout).toMatch(/14 of 20 are within macs ≤ 100\.00 M/);
    expect(stdout).toMatch(/0\.5 +224 +97\.13 M.* 65\.4 % +●/);
    expect(stdout).toMatch(/slim\/nets\/mobilenet\/README\.md/);
  });

  it('prints a line per network as CSV', async () => {
    const { stdout } = await sepconv([...small, '--csv']);
    const [titles, ...lines] = stdout.trimEnd().split('\n');
    expect(titles).toBe(
      'width,resolution,macs,params,memory_bytes,int8_memory_bytes,predicted_ms,top1,fits,pareto',
    );
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^0\.35,96,11934128,1677128,\d+,\d+,,45\.5,true,true$/);
  });

  it('works without any published accuracy, and without a width', async () => {
    const { stdout } = await sepconv(['sweep', 'mobilenet-v4-conv-small', '--resolution', '96,128']);
    expect(stdout).toMatch(/No accuracy was published for any of them/);
  });

  it.each([
    [['sweep', 'mobilenet-v2', '--budget', 'macs=10X'], /the budget "macs=10X" is not one/],
    [['sweep', 'mobilenet-v2', '--budget', 'speed=5'], /the budget "speed=5" is not one/],
    [['sweep', 'mobilenet-v2', '--width', '0.5,,1'], /numbers above 0 with commas/],
    [
      ['sweep', 'mobilenet-v2', '--resolution', '96.5'],
      /resolution must be an integer of at least 1, not 96\.5/,
    ],
    [['sweep', 'xception', '--width', '1'], /xception has no option "width"/],
    [['sweep', 'mobilenet-v9'], /no network "mobilenet-v9"/],
    [['sweep', 'model.tflite'], /has one width and one resolution/],
    [
      ['sweep', 'mobilenet-v2', '--resolution', Array.from({ length: 401 }, (_, i) => i + 32).join(',')],
      /more than the 400/,
    ],
  ])('%j is refused in one sentence', async (argv, words) => {
    const { code, stdout, stderr } = await sepconv(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^sepconv: [^\n]+\n$/);
  });
});

describe('budgets', () => {
  it.each([
    ['macs=100M', { name: 'macs', limit: 1e8 }],
    ['params=2.5m', { name: 'params', limit: 2.5e6 }],
    ['memory=512kB', { name: 'memory', limit: 512e3 }],
    ['memory = 1 MB', { name: 'memory', limit: 1e6 }],
    ['ms=5', { name: 'ms', limit: 5 }],
    ['ms=0.5ms', { name: 'ms', limit: 0.5 }],
  ])('%s', (text, budget) => {
    expect(parseBudget(text)).toEqual(budget);
  });

  it.each(['', 'macs', 'macs=', 'macs=0', 'macs=-1', 'ms=5k', 'memory=1X', 'macs=1.2.3M'])(
    'not %j',
    (text) => {
      expect(() => parseBudget(text)).toThrow(/is not one: give macs=100M/);
    },
  );
});
