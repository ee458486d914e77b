import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCommand, type Ended, type RunOptions, runProcess } from './testing/command.js';

/** @file The command as a process: exit codes, streams, pipes. */

let folder: string;
let bin: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sepconv-bin-'));
  bin = await bundleCommand(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const run = (argv: readonly string[], options?: RunOptions): Promise<Ended> =>
  runProcess(process.execPath, [bin, ...argv], folder, options);

describe('the command as a process', { timeout: 30_000 }, () => {
  it('prints JSON and nothing else', async () => {
    const { code, stdout, stderr } = await run(['cost', 'mobilenet-v1', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ totals: { macs: 568_740_352 } });
  });

  it('ends with 2 for a wrong command line and with 1 for a wrong file', async () => {
    const usage = await run(['cots']);
    expect(usage).toMatchObject({ code: 2, stdout: '' });
    expect(usage.stderr).toMatch(/^sepconv: unknown command 'cots'[^\n]+\n$/);
    const data = await run(['cost', './missing.tflite']);
    expect(data).toMatchObject({ code: 1, stdout: '' });
    expect(data.stderr).toMatch(/^sepconv: the model "\.\/missing\.tflite" cannot be read[^\n]+\n$/);
  });

  it('ends quietly when the reader has enough', async () => {
    const { code, stderr } = await run(['cost', 'mobilenet-v2', '--csv'], { closeAfter: 1 });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('has colour where it is forced, and none in a pipe or with NO_COLOR', async () => {
    const colored = (await run(['cost', 'mobilenet-v1'], { env: { FORCE_COLOR: '1' } })).stdout;
    expect(colored).toContain('\u001b[1m');
    const plain = (await run(['cost', 'mobilenet-v1'])).stdout;
    expect(plain).not.toContain('\u001b');
    const forbidden = await run(['cost', 'mobilenet-v1'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(forbidden.stdout).toBe(plain);
  });
});
