/** @file Sessions in workers, in Node, with the worker's script bundled as it is built. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { GraphBuilder, GraphError, initializeWeights, type Network } from '@sepconv/graph';
import { mobileNetV1 } from '@sepconv/mobilenet';
import {
  createRandom,
  deferTranspose,
  float32Tensor,
  randomTensor,
  type Tensor,
  TensorError,
  zeros,
} from '@sepconv/tensor';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineError } from '../errors.js';
import { compile } from '../session.js';
import { compileInWorker, type WorkerOptions, type WorkerSession } from '../worker.js';

const folder = mkdtempSync(join(tmpdir(), 'sepconv-worker-'));
const script = join(folder, 'session-worker.mjs');
beforeAll(() =>
  build({
    entryPoints: [fileURLToPath(new URL('session-worker.node.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@sepconv/source'],
    outfile: script,
    minify: true,
  }),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function network(): Network {
  const graph = mobileNetV1({ resolution: 64, width: 0.25, classes: 10 });
  return { graph, weights: initializeWeights(graph, 1) };
}
const image = (seed: number): Tensor<'float32'> => randomTensor([1, 64, 64, 3], createRandom(seed));

async function withSession<T>(
  use: (session: WorkerSession) => Promise<T>,
  options: WorkerOptions = {},
  given = network(),
): Promise<T> {
  const session = await compileInWorker(given, { workerScript: pathToFileURL(script), ...options });
  try {
    return await use(session);
  } finally {
    session.dispose();
  }
}

describe('a session in a worker', () => {
  test.each([1, 2])(
    'gives the bits of one here, in the order in which they were asked for, on %i threads',
    (threads) =>
      withSession(
        async (session) => {
          await session.ready();
          expect(session.engine.threads).toBe(threads);
          const here = await compile(network(), { engine: session.engine.name });
          const order: number[] = [];
          const images = [1, 2, 3, 4, 5];
          const outputs = await Promise.all(
            images.map(async (seed) => {
              const output = await session.runAsync(image(seed));
              order.push(seed);
              return output;
            }),
          );
          expect(order).toEqual(images);
          for (const [i, seed] of images.entries()) expect(outputs[i]).toEqual(here.run(image(seed)));
          expect(session.memory.weightBytes).toBe(here.memory.weightBytes);
        },
        { threads },
      ),
  );

  test('copies what it is given, or takes it, or reads it in shared memory', () =>
    withSession(async (session) => {
      const input = image(1);
      const expected = await session.runAsync(input);
      expect(input.data.length).toBe(64 * 64 * 3);
      const large = new Float32Array(64 * 64 * 3 + 100);
      large.set(input.data, 100);
      const part = { ...input, data: large.subarray(100) };
      expect(await session.runAsync(part)).toEqual(expected);
      const shared = new Float32Array(new SharedArrayBuffer(input.data.byteLength));
      shared.set(input.data);
      expect(await session.runAsync({ ...input, data: shared as never })).toEqual(expected);
      expect(await session.runAsync(new Map([['image', part]]), { transfer: true })).toEqual(
        new Map([
          [session.inputs.length === 1 ? [...(await compile(network())).outputs.keys()][0] : '', expected],
        ]),
      );
      expect(await session.runAsync(input, { transfer: true })).toEqual(expected);
      expect(input.data.length).toBe(0);
    }));

  test('takes weights that are views of a file, turned', async () => {
    const builder = new GraphBuilder('turned');
    const x = builder.input('x', [1, 3]);
    const weight = builder.parameter('weight', [3, 2], 'weight');
    const graph = builder.build([builder.node('dense', [x, weight], {})]);
    const file = float32Tensor([2, 3], [1, 2, 3, 4, 5, 6]);
    const weights = new Map([['weight', deferTranspose(file, [1, 0])]]);
    await withSession(
      async (session) => {
        const output = await session.runAsync(float32Tensor([1, 3], [1, 10, 100]));
        expect([...output.data]).toEqual([321, 654]);
      },
      {},
      { graph, weights },
    );
  });

  test('leaves out what is aborted before it begins, and ends what has begun', () =>
    withSession(async (session) => {
      const expected = await session.runAsync(image(1));
      const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
      const runs = [first, second, third].map(({ signal }) => session.runAsync(image(1), { signal }));
      first.abort(new Error('too late'));
      second.abort(new Error('in time'));
      const results = await Promise.allSettled(runs);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((results[1] as PromiseRejectedResult).reason.message).toBe('in time');
      expect((results[2] as PromiseFulfilledResult<Tensor>).value).toEqual(expected);
      const aborted = session.runAsync(image(1), { signal: AbortSignal.abort() });
      await expect(aborted).rejects.toThrow(/abort/i);
    }));

  test('refuses with the errors of a session here', async () => {
    await withSession(async (session) => {
      await expect(session.runAsync(zeros('float32', [1, 5, 4, 3]))).rejects.toThrow(EngineError);
      await expect(session.runAsync(zeros('float32', [1, 5, 4, 3]))).rejects.toThrow(
        /must be float32 1×64×64×3/,
      );
      const short = { ...image(1), data: new Float32Array(5) };
      await expect(session.runAsync(short)).rejects.toThrow(TensorError);
      expect((await session.runAsync(image(1))).shape).toEqual([1, 10]);
    });
    const { graph, weights } = network();
    const workerScript = pathToFileURL(script);
    const wrong = { ...graph, outputs: ['nowhere'] };
    await expect(compileInWorker({ graph: wrong, weights }, { workerScript })).rejects.toThrow(GraphError);
    const engine = 'warp' as 'simd128';
    await expect(compileInWorker({ graph, weights }, { workerScript, engine })).rejects.toThrow(EngineError);
    const nowhere = pathToFileURL('/nowhere/worker.mjs');
    const missing = compileInWorker({ graph, weights }, { workerScript: nowhere });
    await expect(missing).rejects.toThrow(/the worker of this session has ended: .*nowhere/);
  });

  test('says so when it is disposed or its worker has ended, to whoever waits as well', async () => {
    let worker: Worker | undefined;
    const seen = (started: Worker): void => {
      worker = started;
    };
    process.on('worker', seen);
    await withSession(async (session) => {
      const waiting = [session.runAsync(image(1)), session.runAsync(image(1))];
      const settled = Promise.allSettled(waiting);
      await worker?.terminate();
      for (const result of await settled) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(EngineError);
      }
      await expect(session.runAsync(image(1))).rejects.toThrow(/the worker of this session has ended/);
    });
    process.off('worker', seen);
    const session = await compileInWorker(network(), { workerScript: pathToFileURL(script) });
    const settled = Promise.allSettled([session.runAsync(image(1)), session.runAsync(image(1))]);
    session.dispose();
    session.dispose();
    for (const result of await settled) expect(result).toMatchObject({ status: 'rejected' });
    await expect(session.runAsync(image(1))).rejects.toThrow(/disposed/);
  });
});
