import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCommand, type Ended, type RunOptions, runProcess } from './testing/command.js';

/** @file What the command reads and writes beside plain files: links, pipes, devices, and what a signal leaves. */

let folder: string;
let bin: string;
let model: Buffer;

const run = (argv: readonly string[], options?: RunOptions): Promise<Ended> =>
  runProcess(process.execPath, [bin, ...argv], folder, options);
/** A line of a shell, with the command as $0 and this Node as $NODE. */
const shell = (line: string): Promise<Ended> =>
  runProcess('bash', ['--norc', '-c', line], folder, { env: { NODE: process.execPath, BIN: bin } });
const path = (...names: string[]): string => join(folder, ...names);

const isPosix = process.platform !== 'win32' && existsSync('/dev/full');

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'sepconv-outputs-')));
  bin = await bundleCommand(folder);
  await run(['export', 'mobilenet-v1', '--width', '0.25', '--resolution', '32', '-o', 'm.onnx']);
  model = readFileSync(path('m.onnx'));
  mkdirSync(path('real'));
  writeFileSync(path('real', 'm.onnx'), model);
  symlinkSync('real', path('linked'));
  symlinkSync('m.onnx', path('soft.onnx'));
  linkSync(path('m.onnx'), path('hard.onnx'));
}, 90_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(isPosix)('what a command writes', { timeout: 60_000 }, () => {
  it.each([
    ['cost', 'm.onnx', '--html', 'm.onnx'],
    ['cost', 'm.onnx', '--html', 'hard.onnx'],
    ['cost', 'soft.onnx', '--html', './real/../m.onnx'],
    ['cost', 'mobilenet-v1', '--compare', 'm.onnx', '--html', 'soft.onnx'],
    ['profile', 'm.onnx', '--no-measure', '--html', 'hard.onnx'],
    ['export', 'real/m.onnx', '-o', 'linked/m.onnx'],
    ['export', 'linked/m.onnx', '-o', 'real/m.onnx'],
    ['export', 'hard.onnx', '-o', 'm.onnx'],
    ['decompose', 'm.onnx', '--rank', '1', '--no-measure', '-o', 'soft.onnx'],
  ])('is never what it reads: %s %s %s %s %s', async (...argv) => {
    const { code, stderr } = await run(argv.filter((word) => word !== undefined));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sepconv: "[^\n]+" is the file to read[^\n]+\n$/);
    expect(readFileSync(path('m.onnx')).equals(model)).toBe(true);
    expect(readFileSync(path('real', 'm.onnx')).equals(model)).toBe(true);
  });

  it('replaces the file of a link and keeps the link, and makes no file of a device', async () => {
    writeFileSync(path('page.html'), 'old');
    symlinkSync('page.html', path('link.html'));
    expect((await run(['cost', 'm.onnx', '--html', 'link.html'])).code).toBe(0);
    expect(lstatSync(path('link.html')).isSymbolicLink()).toBe(true);
    expect(readFileSync(path('page.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    expect((await run(['cost', 'm.onnx', '--html', '/dev/null'])).code).toBe(0);
    const full = await run(['cost', 'm.onnx', '--html', '/dev/full']);
    expect(full).toMatchObject({ code: 1, stdout: '' });
    expect(full.stderr).toMatch(/^sepconv: cannot write to [^\n]+there is no space left[^\n]+\n$/);
    for (const device of ['/dev/null', '/dev/full']) {
      expect(lstatSync(device).isCharacterDevice()).toBe(true);
    }
  });

  it('says in one sentence what cannot be written to', async () => {
    execFileSync('mkfifo', [path('unread')]);
    symlinkSync('nowhere.html', path('dangling.html'));
    for (const name of ['real', 'unread', 'dangling.html', 'm.onnx/x.html']) {
      const { code, stdout, stderr } = await run(['cost', 'mobilenet-v1', '--html', name]);
      expect({ name, code, stdout }).toEqual({ name, code: 1, stdout: '' });
      expect(stderr).toMatch(/^sepconv: [^\n]+\n$/);
    }
  });

  it('goes to a pipe that is read', async () => {
    const { stdout } = await shell(
      '"$NODE" "$BIN" cost m.onnx --json --html >(wc -c) > /dev/null; wait; sleep 1',
    );
    expect(Number(stdout)).toBeGreaterThan(10_000);
  });

  it('is one sentence where stdout is full, and nothing where it is closed', async () => {
    const full = await shell('"$NODE" "$BIN" cost m.onnx > /dev/full');
    expect(full).toMatchObject({
      code: 1,
      stderr: 'sepconv: the output cannot be written: there is no space left\n',
    });
    expect(await shell('"$NODE" "$BIN" cost m.onnx --csv | true')).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('leaves nothing half-written on %s', async (signal) => {
    const out = path(`out-${signal}`);
    mkdirSync(out);
    const ended = await run(['export', 'mobilenet-v1', '--width', '2', '-o', join(out, 'x.onnx')], {
      during: (child) => {
        const timer = setInterval(() => {
          if (readdirSync(out).length === 0 && child.exitCode === null) return;
          clearInterval(timer);
          child.kill(signal);
        }, 1);
      },
    });
    // Where the file was complete first, it is; a part of it never stays.
    expect(readdirSync(out).filter((name) => name !== 'x.onnx')).toEqual([]);
    if (existsSync(join(out, 'x.onnx'))) return;
    expect(ended.signal).toBe(signal);
  });
});

describe.runIf(isPosix)('what a command reads', { timeout: 60_000 }, () => {
  it('may come from a pipe', async () => {
    const plain = await run(['cost', 'm.onnx', '--csv']);
    const piped = await shell('"$NODE" "$BIN" cost <(sleep 0.3; cat m.onnx) --csv');
    expect(piped).toMatchObject({ code: 0, stderr: '', stdout: plain.stdout });
    expect((await shell('cat m.onnx | "$NODE" "$BIN" cost /dev/stdin --csv')).stdout).toBe(plain.stdout);
  });

  it('is refused in one sentence where it has no end or no beginning', async () => {
    execFileSync('mkfifo', [path('unwritten.onnx')]);
    for (const name of ['/dev/zero', '/dev/null', './unwritten.onnx', './real']) {
      for (const command of ['cost', 'inspect']) {
        const { code, stdout, stderr } = await run([command, name]);
        expect({ name, code, stdout }).toEqual({ name, code: 1, stdout: '' });
        expect(stderr).toMatch(/^sepconv: the model "[^\n]+" cannot be read: it is [^\n]+\n$/);
      }
    }
  });
});
