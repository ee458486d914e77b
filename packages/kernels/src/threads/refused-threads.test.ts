/** @file Threads that cannot even be made: sessions go on with those that there are, and say why there are no more. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { initializeWeights, type Network } from '@sepconv/graph';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { build } from 'esbuild';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { compile } from '../session.js';

/** How many threads the system gives. */
const system = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY }));
vi.mock('#start-thread', async (importOriginal) => {
  const original = await importOriginal<typeof import('./start-thread.node.js')>();
  return {
    ...original,
    startThread: (...given: Parameters<typeof original.startThread>) => {
      if (system.left-- <= 0) throw new Error('the system has no more threads');
      return original.startThread(...given);
    },
  };
});
afterEach(() => {
  system.left = Number.POSITIVE_INFINITY;
});

const graph = mobileNetV1({ resolution: 96, width: 0.5, classes: 10 });
const network: Network = { graph, weights: initializeWeights(graph, 1) };
const image = randomTensor([1, 96, 96, 3], createRandom(1));
const expected = (await compile(network)).run(image).data.slice();

describe('a thread that cannot be made', () => {
  test.each([
    'https://elsewhere.example/thread.js',
    new URL('https://elsewhere.example/thread.js'),
    'thread.js',
  ])('of the script %s leaves one thread, and the session says what to do', async (threadScript) => {
    const session = await compile(network, { threads: 3, threadScript });
    expect(session.run(image).data).toEqual(expected);
    await session.ready();
    expect(session.engine.threads).toBe(1);
    expect(session.engine.reason).toContain(`threadScript takes a path or a file URL, not "${threadScript}"`);
    expect(session.engine.reason).toMatch(/one thread of 3; threads do not start: /);
    expect(session.run(image).data).toEqual(expected);
    // Another session that knows better is not held up by it.
    const other = await compile(network, { threads: 2 });
    await other.ready();
    expect(other.engine.reason).toMatch(/; 2 threads$/);
    expect(other.run(image).data).toEqual(expected);
    session.dispose();
    expect(other.run(image).data).toEqual(expected);
    expect(other.engine.threads).toBe(2);
    other.dispose();
  });

  test('leaves those that could', async () => {
    system.left = 2;
    const session = await compile(network, { threads: 4 });
    const modest = await compile(network, { threads: 3 });
    await Promise.all([session.ready(), modest.ready()]);
    expect(session.engine.reason).toMatch(
      /3 threads of 4; there are no more threads: the system has no more threads$/,
    );
    expect(modest.engine.reason).toMatch(/; 3 threads$/);
    for (let i = 0; i < 20; i++) {
      expect(session.run(image).data).toEqual(expected);
      expect(modest.run(image).data).toEqual(expected);
    }
    session.dispose();
    modest.dispose();
  });

  test('in place of one that is lost leaves one thread', async () => {
    const workers: import('node:worker_threads').Worker[] = [];
    const seen = (worker: (typeof workers)[number]): number => workers.push(worker);
    process.on('worker', seen);
    system.left = 1;
    const session = await compile(network, { threads: 2 });
    await session.ready();
    expect(session.engine.threads).toBe(2);
    await workers[0]!.terminate();
    await session.ready();
    process.off('worker', seen);
    expect(session.engine.threads).toBe(1);
    expect(session.engine.reason).toMatch(
      /one thread of 2; a thread has ended: .*; there is none in its place; threads do not start: the system has/,
    );
    expect(session.run(image).data).toEqual(expected);
    session.dispose();
  });
});

const permission = ['--permission', '--experimental-permission'].find((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag),
);

test.runIf(permission !== undefined)('Node that may start no workers has one thread', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sepconv-permission-'));
  try {
    const outfile = join(folder, 'main.mjs');
    await build({
      stdin: {
        contents: `import { initializeWeights } from '@sepconv/graph';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { compile } from './session.js';
import { compileInWorker } from './worker.js';
const graph = mobileNetV1({ resolution: 96, width: 0.5, classes: 10 });
const network = { graph, weights: initializeWeights(graph, 1) };
const session = await compile(network, { threads: 2 });
await session.ready();
console.log(session.engine.threads, session.engine.reason);
await compileInWorker(network).catch(({ name, message }) => console.log(name, message));`,
        resolveDir: fileURLToPath(new URL('..', import.meta.url)),
      },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      conditions: ['@sepconv/source'],
      outfile,
    });
    const { stdout, stderr } = spawnSync(process.execPath, [permission!, '--allow-fs-read=*', outfile], {
      encoding: 'utf8',
    });
    const [session, worker] = stdout.split('\n');
    expect(session, stderr).toMatch(/^1 .*one thread of 2; threads do not start: .*--allow-worker/);
    expect(worker, stderr).toMatch(/^EngineError a session has no worker here: .*--allow-worker/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('memory that the system does not give', () => {
  const { Memory } = WebAssembly;
  /** Refuses so many of the memories that are shared, or of all. */
  const refuse = (count: number, isAny = false): void => {
    let left = count;
    vi.spyOn(WebAssembly, 'Memory').mockImplementation(function make(limits) {
      if ((isAny || limits.shared === true) && left-- > 0) throw new RangeError('could not allocate memory');
      return new Memory(limits);
    });
  };
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('to threads leaves one, and the session says so', async () => {
    refuse(Number.POSITIVE_INFINITY);
    const session = await compile(network, { threads: 2 });
    expect(session.engine.reason).toMatch(/one thread: this system gives no more memory that threads/);
    expect(session.engine.threads).toBe(1);
    expect(session.run(image).data).toEqual(expected);
    session.dispose();
  });

  test.each([
    ['threads', 2],
    ['one thread', 1],
  ])(
    'at once is given to %s when that of past sessions has come back, and others go on',
    async (_, threads) => {
      const other = await compile(network, { threads: 2 });
      await other.ready();
      refuse(2, true);
      const session = await compile(network, { threads });
      await Promise.all([session.ready(), other.ready()]);
      expect(session.engine.threads).toBe(threads);
      for (const { run, engine } of [session, other]) {
        expect(run(image).data).toEqual(expected);
        expect(engine.threads).toBeGreaterThanOrEqual(1);
      }
      await other.ready();
      expect(other.engine.threads).toBe(2);
      session.dispose();
      other.dispose();
    },
  );

  test('at all is an error that says how much was asked for', async () => {
    refuse(Number.POSITIVE_INFINITY, true);
    await expect(compile(network, { threads: 2 })).rejects.toThrow(
      /needs \d+ bytes of memory, which this system/,
    );
  });
});
