/** @file The pool of a process: when its threads begin and end, and what becomes of runs in which one is lost. */
import type { Worker } from 'node:worker_threads';
import { conv2d, GraphBuilder, initializeWeights, type Network } from '@sepconv/graph';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compile, type Session } from '../session.js';

const alive = new Set<Worker>();
const seen = (worker: Worker): void => {
  alive.add(worker);
  worker.on('exit', () => alive.delete(worker));
};
beforeEach(() => {
  process.on('worker', seen);
});
afterEach(async () => {
  process.off('worker', seen);
  vi.restoreAllMocks();
});

/** Until the event loop has seen something; vitest ends a test that waits in vain. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function small(): Network {
  const graph = mobileNetV1({ resolution: 48, width: 0.25, classes: 10 });
  return { graph, weights: initializeWeights(graph, 1) };
}
const image = randomTensor([1, 48, 48, 3], createRandom(1));

async function threaded(network = small(), threads = 2): Promise<Session> {
  const session = await compile(network, { threads });
  await session.ready();
  return session;
}

describe('a pool', () => {
  test('is shared by sessions, and ends with the last of them', async () => {
    const first = await threaded();
    const second = await threaded();
    const third = await threaded(small(), 3);
    expect(alive.size).toBe(2);
    const expected = first.run(image).data.slice();
    first.dispose();
    first.dispose();
    expect(second.run(image).data).toEqual(expected);
    expect(third.run(image).data).toEqual(expected);
    second.dispose();
    expect(alive.size).toBe(2);
    third.dispose();
    await until(() => alive.size === 0);
  });

  test('200 sessions leave no thread', async () => {
    const network = small();
    const expected = (await compile(network)).run(image).data.slice();
    let started = 0;
    const count = (): number => started++;
    process.on('worker', count);
    const held: Session[] = [];
    for (let i = 0; i < 200; i++) {
      const session = await compile(network, { threads: 2 });
      if (i % 10 === 0) await session.ready();
      expect(session.run(image).data).toEqual(expected);
      held.push(session);
      if (held.length > i % 7) held.shift()?.dispose();
    }
    for (const session of held) session.dispose();
    process.off('worker', count);
    expect(started).toBeGreaterThan(0);
    await until(() => alive.size === 0);
  });

  test('renews its threads now and then, which hold the memories of sessions that have left', async () => {
    let started = 0;
    const count = (): number => started++;
    process.on('worker', count);
    const network = small();
    const session = await threaded(network);
    const expected = session.run(image).data.slice();
    for (let i = 0; i < 70; i++) (await compile(network, { threads: 2 })).dispose();
    await session.ready();
    process.off('worker', count);
    expect(started).toBe(3);
    expect(session.engine.reason).toMatch(/; 2 threads$/);
    expect(session.run(image).data).toEqual(expected);
    session.dispose();
    await until(() => alive.size === 0);
  });

  test('ends when a network cannot be compiled', async () => {
    const { graph, weights } = small();
    const lacking = new Map([...weights].slice(1));
    await expect(compile({ graph, weights: lacking }, { threads: 2 })).rejects.toThrow(/needs the weight/);
    await until(() => alive.size === 0);
  });
});

/** A convolution that takes long enough to be interrupted. */
function long(): { network: Network; input: ReturnType<typeof randomTensor> } {
  const builder = new GraphBuilder('long');
  const x = builder.input('image', [1, 96, 96, 64]);
  const graph = builder.build([conv2d(builder, x, { filters: 64, kernel: 5 })]);
  const input = randomTensor([1, 96, 96, 64], createRandom(2));
  return { network: { graph, weights: initializeWeights(graph, 1) }, input };
}

describe('a thread that is lost', () => {
  test('while nothing runs is replaced', async () => {
    const session = await threaded();
    const expected = session.run(image).data.slice();
    const [worker] = alive;
    void worker!.terminate();
    // Without an event in between: nobody knows yet.
    for (let i = 0; i < 50; i++) expect(session.run(image).data).toEqual(expected);
    await until(() => !alive.has(worker!));
    await session.ready();
    expect(session.engine.threads).toBe(2);
    expect(session.engine.reason).toMatch(/2 threads; a thread has ended: .*; others took its place/);
    expect(session.run(image).data).toEqual(expected);
    session.dispose();
    await until(() => alive.size === 0);
  });

  test('in the middle of a run does not end it: the run is repeated, in other memory, and the session says so', async () => {
    const { network, input } = long();
    const expected = (await compile(network)).run(input).data.slice();
    const session = await threaded(network);
    const inputView = session.inputs.get('image')!.data;
    inputView.set(input.data);
    const before = session.outputs.values().next().value!.data;
    before.fill(0);
    const [worker] = alive;
    const now = performance.now.bind(performance);
    let isKilled = false;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      // Once the other thread has written something it is in the middle of its work, which takes it a while.
      if (!isKilled) {
        const start = now();
        while (before[before.length / 2] === 0 && now() - start < 20_000);
        void worker!.terminate();
        isKilled = true;
      }
      return now();
    });
    const outputs = session.run();
    expect(isKilled).toBe(true);
    const after = outputs.values().next().value!.data;
    expect(after).toEqual(expected);
    vi.restoreAllMocks();
    if (session.engine.reason.includes('repeated')) {
      expect(after.buffer).not.toBe(before.buffer);
      expect(session.outputs.values().next().value!.data).toBe(after);
    }
    await until(() => !alive.has(worker!));
    await session.ready();
    expect(session.engine).toMatchObject({ threads: 2 });
    expect(session.engine.reason).toMatch(/others took its place/);
    // Views from before still are where inputs are written.
    inputView.fill(0);
    expect(session.run().values().next().value!.data).not.toEqual(expected);
    inputView.set(input.data);
    expect(session.run().values().next().value!.data).toEqual(expected);
    for (const step of session.steps) step.run(0, step.units);
    expect(session.run(input).data).toEqual(expected);
    session.dispose();
    await until(() => alive.size === 0);
  });

  test('again and again is not replaced for ever', async () => {
    const session = await threaded();
    const expected = session.run(image).data.slice();
    for (let i = 0; i < 4; i++) {
      const [worker] = alive;
      await worker!.terminate();
      await until(() => !alive.has(worker!));
      expect(session.run(image).data).toEqual(expected);
      await session.ready();
    }
    expect(session.engine.threads).toBe(1);
    expect(session.engine.reason).toMatch(/one thread of 2.*lost again and again/);
    expect(session.run(image).data).toEqual(expected);
    session.dispose();
    // A pool of later sessions is another one.
    const later = await threaded();
    expect(later.engine.threads).toBe(2);
    later.dispose();
    await until(() => alive.size === 0);
  });

  test('because its script is not there leaves one thread, and the session says so', async () => {
    const session = await compile(small(), {
      threads: 2,
      threadScript: new URL('file:///nowhere/thread.js'),
    });
    const expected = session.run(image).data.slice();
    await session.ready();
    expect(session.engine.threads).toBe(1);
    expect(session.engine.reason).toMatch(/one thread of 2.*threads do not start: .*nowhere/);
    expect(session.run(image).data).toEqual(expected);
    session.dispose();
  });
});
