/** @file The one rule of all commands that write what the user names: what is there stays, unless a flag says otherwise. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sepconv } from './testing/terminal.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sepconv-overwriting-'));
  await writeFile(join(folder, 'machine.json'), '{"name": "board", "peakGflops": 2, "bandwidthGBs": 1}');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const tiny = ['mobilenet-v1', '--width', '0.25', '--resolution', '32'];

interface Case {
  readonly command: string;
  readonly flag: string;
  /** The file that is there already. */
  readonly file: string;
  argv(): readonly string[];
}

const cases: readonly Case[] = [
  {
    command: 'cost',
    flag: '--force',
    file: 'report.html',
    argv: () => [...tiny, '--html', join(folder, 'report.html')],
  },
  {
    command: 'profile',
    flag: '--force',
    file: 'report.html',
    argv: () => [
      ...[...tiny, '--no-measure', '--machine', join(folder, 'machine.json')],
      ...['--html', join(folder, 'report.html')],
    ],
  },
  {
    command: 'build',
    flag: '--force',
    file: join('out', 'net.weights'),
    argv: () => [...tiny, '--file-name', 'net', '-o', join(folder, 'out')],
  },
  {
    command: 'export',
    flag: '--force',
    file: 'net.onnx',
    argv: () => [...tiny, '-o', join(folder, 'net.onnx')],
  },
  {
    command: 'decompose',
    flag: '--overwrite',
    file: 'net.onnx',
    argv: () => [
      ...[...tiny, '--standard', '--rank', '1', '--no-measure', '--force'],
      ...['-o', join(folder, 'net.onnx')],
    ],
  },
];

describe.each(cases)('$command', ({ command, flag, file, argv }) => {
  it(`keeps ${basename(file)}, and replaces it with ${flag}`, async () => {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'precious');
    const before = await readdir(folder, { recursive: true });
    expect(await sepconv([command, ...argv()])).toEqual({
      code: 1,
      stdout: '',
      stderr: `sepconv: "${path}" is there already; give another name, or ${flag} to overwrite it\n`,
    });
    expect(await readFile(path, 'utf8')).toBe('precious');
    expect(await readdir(folder, { recursive: true })).toEqual(before);
    expect(await sepconv([command, ...argv(), flag])).toMatchObject({ code: 0 });
    expect((await readFile(path)).length).toBeGreaterThan(1000);
  });

  it(`says so in its help`, async () => {
    const { stdout } = await sepconv([command, '--help']);
    expect(stdout).toMatch(new RegExp(`${flag} +overwrite `));
  });
});
