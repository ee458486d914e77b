/** @file `--tune`: what is kept between two calls, for which machine, and what becomes of files that are damaged. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Choices } from '@sepconv/kernels';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sepconv, sepconvJson } from './testing/terminal.js';

let folder: string;
const previous = process.env.SEPCONV_CACHE;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sepconv-tuning-'));
  process.env.SEPCONV_CACHE = folder;
  await writeFile(join(folder, 'machine.json'), '{"peakGflops": 12, "bandwidthGBs": 4}');
});
afterAll(async () => {
  if (previous === undefined) delete process.env.SEPCONV_CACHE;
  else process.env.SEPCONV_CACHE = previous;
  await rm(folder, { recursive: true, force: true });
});

const network = ['mobilenet-v1', '--width', '0.25', '--resolution', '32', '--engine', 'simd128'];

interface Profiled {
  readonly engineReason: string;
  readonly choices?: Choices;
}

async function profiled(...tune: readonly string[]): Promise<Profiled> {
  const machine = ['--machine', join(folder, 'machine.json'), '--no-measure', '--json'];
  return (await sepconvJson(['profile', ...network, ...machine, ...tune])) as unknown as Profiled;
}

const kept = (): string => join(folder, 'choices.json');

async function change(edit: (one: Choices) => unknown): Promise<void> {
  const { key, choices } = JSON.parse(await readFile(kept(), 'utf8'));
  await writeFile(kept(), JSON.stringify({ key, choices: choices.map(edit) }));
}

describe('profile --tune', { timeout: 60_000 }, () => {
  test('keeps what it has measured, and measures no kernel twice', async () => {
    const usual = await profiled();
    expect(usual.choices).toBeUndefined();
    expect(usual.engineReason).not.toContain('tuned');
    const first = await profiled('--tune', 'full');
    const [, measured] = /tuned: (\d+) of \1 kernels measured in \S+ m?s$/.exec(first.engineReason) ?? [];
    expect(Number(measured)).toBeGreaterThan(10);
    const second = await profiled('--tune', 'full');
    expect(second.engineReason).toMatch(new RegExp(`tuned: 0 of ${measured} kernels .*, ${measured} known`));
    expect(second.choices).toEqual(first.choices);
    expect((await profiled('--tune', 'quick')).choices).toEqual(first.choices);
  });

  test('measures anew where what is kept is of another machine, says so, and keeps both', async () => {
    await change((one) => ({ ...one, machine: { ...one.machine, gflops: 1e6 } }));
    const { engineReason, choices } = await profiled('--tune', 'quick');
    expect(engineReason).toMatch(
      /the choices that were kept are of another machine \(1000000 GFLOP\/s, here/,
    );
    expect(choices?.machine.gflops).toBeLessThan(1e6);
    expect(JSON.parse(await readFile(kept(), 'utf8')).choices).toHaveLength(2);
    expect((await profiled('--tune', 'quick')).choices?.machine).toEqual(choices?.machine);
  });

  test.each([
    ['cut in the middle', async () => writeFile(kept(), (await readFile(kept(), 'utf8')).slice(0, 400))],
    ['of another version', async () => writeFile(kept(), '{"key": "sepconv 0.0.0", "choices": []}')],
    ['with nothing sound in it', () => change(() => ({ format: 'sepconv-choices-1', engine: 4 }))],
  ])('measures anew where the file is %s', async (_, damage) => {
    await profiled('--tune', 'full');
    await damage();
    const { engineReason } = await profiled('--tune', 'full');
    expect(engineReason).toMatch(/tuned: \d+ of/);
    expect(engineReason).not.toContain('known');
  });
});

describe('build --choices', { timeout: 60_000 }, () => {
  const output = (): string[] => ['-o', join(folder, 'built'), '--json'];
  const choicesFile = (): string => join(folder, 'profile.json');

  test('cuts layers as a profile has found it', async () => {
    const report = await profiled('--tune', 'quick');
    const depthwise = Object.keys(report.choices?.depthwise ?? {});
    // One that is surely not the usual one.
    const block = { pixels: 1, vectors: 3, rows: 1, strip: 0 };
    const choices = {
      ...report.choices,
      depthwise: Object.fromEntries(depthwise.map((key) => [key, block])),
    };
    await writeFile(choicesFile(), JSON.stringify({ ...report, choices }));
    const module = () => readFile(join(folder, 'built', 'mobilenet-v1.wasm'));
    await sepconvJson(['build', ...network, ...output()]);
    const usual = await module();
    await sepconvJson(['build', ...network, ...output(), '--choices', choicesFile()]);
    expect((await module()).equals(usual)).toBe(false);
    await writeFile(choicesFile(), JSON.stringify(choices));
    await sepconvJson(['build', ...network, ...output(), '--choices', choicesFile()]);
    expect((await module()).equals(usual)).toBe(false);
  });

  test.each([
    ['{', 'it is not JSON'],
    ['null', 'the choices are damaged: the document must be an object, not null'],
    ['{"choices": {}}', 'the choices are damaged: format must be "sepconv-choices-1", not absent'],
  ])('refuses %s by name', async (text, problem) => {
    await writeFile(choicesFile(), text);
    const { code, stderr } = await sepconv(['build', ...network, ...output(), '--choices', choicesFile()]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('profile.json" cannot be used');
    expect(stderr).toContain(problem);
  });

  test('refuses choices of another engine, which would change nothing', async () => {
    const { choices } = await profiled('--tune', 'quick');
    await writeFile(choicesFile(), JSON.stringify({ ...choices, engine: 'relaxed' }));
    const { stderr } = await sepconv(['build', ...network, ...output(), '--choices', choicesFile()]);
    expect(stderr).toContain('its choices are of the engine "relaxed", not of simd128');
  });
});
