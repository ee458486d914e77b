import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bmp } from '../testing/bmp.js';
import { bundleCommand } from '../testing/command.js';
import { sepconv, sepconvJson, tooWide } from '../testing/terminal.js';

let folder: string;
const path = (...names: string[]) => join(folder, ...names);

/** Noisy images of a colour, as many as asked for. */
function writeClass(parent: string, name: string, color: readonly number[], count: number): void {
  const random = createRandom(name.length);
  mkdirSync(join(parent, name), { recursive: true });
  for (let i = 0; i < count; i++) {
    const rgb = Uint8Array.from(
      { length: 12 * 10 * 3 },
      (_, j) => (color[j % 3] as number) + random.integer(50),
    );
    writeFileSync(join(parent, name, `${i}.bmp`), bmp({ width: 12, height: 10, bits: 24, rgb }));
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sepconv-train-'));
  writeClass(path('colours'), 'red', [200, 20, 20], 20);
  writeClass(path('colours'), 'blue', [20, 20, 200], 20);
  writeFileSync(path('colours', 'notes.txt'), 'not a class');
  writeFileSync(path('colours', 'red', 'notes.txt'), 'not an image');
});
afterAll(() => rmSync(folder, { recursive: true }));

const small = ['--net', 'mobilenet-v1', '--width', '0.25', '--resolution', '32', '--batch-size', '8'];
const train = (output: string, ...more: string[]): string[] => [
  'train',
  path('colours'),
  '-o',
  path(output),
  '--engine',
  'simd128',
  ...more,
];

interface Report {
  readonly status: string;
  readonly checkpoint: string;
  readonly epochs: readonly { readonly epoch: number; readonly loss: number }[];
  readonly written: { readonly file: string };
}

describe('train', { timeout: 60_000 }, () => {
  it('trains on a folder, and writes checkpoint, metrics and a network that runs', async () => {
    const { code, stdout, stderr } = await sepconv(train('first', ...small, '--epochs', '3'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(tooWide(stdout)).toEqual([]);
    expect(stdout).toMatch(/epoch +loss +accuracy +validation/);
    expect(stdout).toMatch(/network\.onnx, [\d.]+ [kM]B/);
    expect(readdirSync(path('first')).sort()).toEqual([
      'checkpoint.safetensors',
      'metrics.jsonl',
      'network.onnx',
    ]);
    const lines = readFileSync(path('first', 'metrics.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { epoch: number }).epoch)).toEqual([1, 2, 3]);
    const image = path('colours', 'red', '0.bmp');
    const answer = (await sepconvJson([
      ...['run', path('first', 'network.onnx'), image, '--mean', '127.5', '--std', '127.5', '--json'],
    ])) as { top: readonly unknown[] };
    expect(answer.top).toHaveLength(2);
  });

  it('gives the same network for the same seed', async () => {
    const options = [...small, '--epochs', '1', '--seed', '7', '--augment', 'shift=1,flip'];
    await sepconvJson(train('seed-a', ...options, '--json'));
    await sepconvJson(train('seed-b', ...options, '--json'));
    const bytes = (output: string) => readFileSync(path(output, 'network.onnx'));
    expect(bytes('seed-a').equals(bytes('seed-b'))).toBe(true);
  });

  it('goes on from a checkpoint, which knows its network and settings', async () => {
    const checkpoint = path('first', 'checkpoint.safetensors');
    const report = (await sepconvJson([
      ...['train', path('colours'), '--resume', checkpoint, '--json'],
    ])) as Report;
    // All epochs were done already.
    expect(report).toMatchObject({ status: 'finished', checkpoint, epochs: [] });
  });

  it('trains for integers, and writes those that training has seen', async () => {
    const trained = async (...more: string[]) =>
      (await sepconvJson(train(...(more as [string]), '--json', ...small))) as Report & {
        readonly integers: { readonly file: string } | null;
      };
    const report = await trained('rounded', '--epochs', '2', '--quantize', 'moving-average');
    expect(report.integers?.file).toBe(path('rounded', 'network-int8.onnx'));
    const integers = await sepconvJson(['inspect', path('rounded', 'network-int8.onnx'), '--json']);
    expect(JSON.stringify(integers)).toContain('Quantize');
    expect((await trained('real', '--epochs', '1')).integers).toBeNull();
    expect(existsSync(path('real', 'network-int8.onnx'))).toBe(false);
    expect((await sepconv(train('none', ...small, '--quantize', 'magic'))).stderr).toContain('learnt');
  });

  it('trains a model file further', async () => {
    const model = path('first', 'network.onnx');
    const report = (await sepconvJson(
      train(
        'further',
        '--net',
        model,
        '--mean',
        '127.5',
        '--std',
        '127.5',
        '--epochs',
        '1',
        '--batch-size',
        '8',
        '--json',
      ),
    )) as Report;
    expect(report.epochs).toHaveLength(1);
  });

  describe('says what cannot go well', () => {
    const refusal = async (argv: readonly string[]): Promise<{ code: number; stderr: string }> => {
      const { code, stderr } = await sepconv(argv);
      return { code, stderr };
    };

    it('an output folder with a training in it', async () => {
      const { code, stderr } = await refusal(train('first', ...small));
      expect(code).toBe(2);
      expect(stderr).toContain('there is a training in');
    });

    it('settings together with --resume, and a checkpoint of another network', async () => {
      const resume = ['--resume', path('first', 'checkpoint.safetensors')];
      const settings = await refusal(train('x', ...resume, '--epochs', '9'));
      expect(settings.stderr).toContain('--epochs cannot be given with --resume');
      const other = await refusal(train('x', ...resume, '--net', 'mobilenet-v2', '--resolution', '32'));
      expect(other.code).toBe(2);
      expect(other.stderr).toMatch(/is of the network "mobilenet-v1[^"]*", not of "mobilenet-v2"/);
    });

    it('a checkpoint that is none, or of other images', async () => {
      writeFileSync(path('broken.safetensors'), 'no');
      const broken = await refusal(train('x', '--resume', path('broken.safetensors')));
      expect(broken).toMatchObject({ code: 1 });
      expect(broken.stderr).toContain('this checkpoint cannot be used');
      writeClass(path('more'), 'red', [200, 0, 0], 9);
      writeClass(path('more'), 'blue', [0, 0, 200], 9);
      const resume = ['--resume', path('first', 'checkpoint.safetensors')];
      const more = await refusal(['train', path('more'), ...resume]);
      expect(more.stderr).toContain(
        'the checkpoint was made with other data: the images were 32, now they are 16',
      );
    });

    it('a checkpoint whose teacher is missing', async () => {
      const model = path('first', 'network.onnx');
      await sepconvJson(train('taught', ...small, '--epochs', '1', '--teacher', model, '--json'));
      const resume = ['--resume', path('taught', 'checkpoint.safetensors')];
      const { code, stderr } = await refusal(['train', path('colours'), ...resume]);
      expect(code).toBe(2);
      expect(stderr).toContain('was made with a teacher: give the same model again with --teacher');
      const again = await sepconvJson(['train', path('colours'), ...resume, '--teacher', model, '--json']);
      expect(again).toMatchObject({ status: 'finished' });
    });

    it('an empty class folder, a folder without classes, no folder', async () => {
      mkdirSync(path('empty', 'cats'), { recursive: true });
      writeClass(path('empty'), 'dogs', [0, 0, 0], 2);
      expect((await refusal(['train', path('empty')])).stderr).toContain('the class "cats" has no image');
      expect((await refusal(['train', path('empty', 'dogs')])).stderr).toContain('has 0 subfolders');
      expect((await refusal(['train', path('nothing')])).stderr).toContain('there is no such folder');
    });

    it('a damaged image, by its path', async () => {
      writeClass(path('damaged'), 'a', [0, 0, 0], 3);
      writeClass(path('damaged'), 'b', [0, 0, 0], 3);
      writeFileSync(path('damaged', 'b', '1.png'), 'no image');
      const { code, stderr } = await refusal(['train', path('damaged'), '-o', path('d'), ...small]);
      expect(code).toBe(1);
      expect(stderr).toContain(path('damaged', 'b', '1.png'));
      expect(existsSync(path('d'))).toBe(false);
    });

    it('a loss that explodes, and keeps what there was', async () => {
      const { code, stderr } = await refusal(train('explodes', ...small, '--rate', '1e30', '--warm-up', '0'));
      expect(code).toBe(1);
      expect(stderr).toMatch(/the (loss|gradient) became .* in epoch \d+, step \d+/);
    });
  });
});

describe('a training that is killed', { timeout: 120_000 }, () => {
  let bin: string;
  /** What was trained without a break. */
  const whole = 'whole';
  const argv = (output: string): string[] =>
    train(output, ...small, '--epochs', '12', '--augment', 'shift=1', '--average', '0.9', '--json');

  beforeAll(async () => {
    bin = await bundleCommand(path());
    expect(await run(argv(whole), whole)).toBe(0);
  }, 120_000);

  /** Runs the command; once its checkpoint is there, it gets the signal after `delay` ms. */
  async function run(
    args: readonly string[],
    output: string,
    signal?: NodeJS.Signals,
    delay = 0,
  ): Promise<number | null> {
    const child = spawn(process.execPath, [bin, ...args], { stdio: 'ignore' });
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    if (signal !== undefined) {
      while (!existsSync(path(output, 'checkpoint.safetensors')) && child.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill(signal);
    }
    return closed;
  }

  it.each([
    ['SIGKILL', 0],
    ['SIGKILL', 130],
    ['SIGINT', 60],
  ] as const)('by %s after %d ms ends with the same weights once it is resumed', async (signal, delay) => {
    const cut = `cut-${signal}-${delay}`;
    await run(argv(cut), cut, signal, delay);
    const checkpoint = path(cut, 'checkpoint.safetensors');
    // Killed in the middle of a write: what it leaves is never the checkpoint, and goes.
    writeFileSync(`${checkpoint}.4321.tmp`, 'half');
    expect(await run(['train', path('colours'), '--resume', checkpoint, '--json'], cut)).toBe(0);
    expect(readdirSync(path(cut)).sort()).toEqual(readdirSync(path(whole)).sort());
    const bytes = (output: string, name: string) => readFileSync(path(output, name));
    expect(bytes(cut, 'network.onnx').equals(bytes(whole, 'network.onnx'))).toBe(true);
    expect(bytes(cut, 'checkpoint.safetensors').equals(bytes(whole, 'checkpoint.safetensors'))).toBe(true);
    const lines = bytes(cut, 'metrics.jsonl').toString('utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { epoch: number }).epoch)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
  });
});
