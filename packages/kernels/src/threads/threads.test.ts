/** @file Sessions of several threads: the bits of one, for any number of them, on every engine. */
import { availableParallelism } from 'node:os';
import { drawNetwork, type Runner, sweep, sweepNetworks } from '@sepconv/conformance';
import { GraphBuilder, initializeWeights, type Network, opNames } from '@sepconv/graph';
import { mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChosenEngine, chooseEngine } from '../engines/choose.js';
import { EngineError } from '../errors.js';
import { explain } from '../explain.js';
import { fusionDecisions } from '../fusion-decisions.js';
import { oneThread } from '../plan/threads.js';
import { compile, compileFor, type Session } from '../session.js';

/** Cases of each op and engine. */
const runs = Number(process.env.SEPCONV_UNIT_RUNS ?? 2);
const networks = Number(process.env.SEPCONV_RANDOM_NETWORKS ?? 9);

/** Every step is shared out, however short it is. */
const always = { keepsInputs: true, leastShare: Number.MIN_VALUE };
const rowByRow = fusionDecisions.get('on, row by row')!;

const bitsOf = (outputs: ReadonlyMap<string, Tensor>): [string, string][] =>
  [...outputs].map(([name, { data }]) => [
    name,
    Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength).toString('hex'),
  ]);

/** Runs on one thread and on 2, 3 or 4, in turn, and expects the same bits. */
function onThreads(engine: ChosenEngine): Runner {
  let turn = 0;
  return async (network, inputs) => {
    const alone = await compileFor(engine, network, rowByRow);
    const outputs = alone.run(inputs);
    const threads = 2 + (turn++ % 3);
    const session = await compileFor(engine, network, { ...rowByRow, threads, threading: always });
    await session.ready();
    for (let i = 0; i < 2; i++) {
      expect(bitsOf(session.run(inputs)), `${threads} threads`).toEqual(bitsOf(outputs));
    }
    session.dispose();
    return outputs;
  };
}

/** Holds the pool, so that not every case starts and ends threads of its own. */
let holder: Session;
beforeAll(async () => {
  holder = await compile(large(), { threads: 4 });
  await holder.ready();
});
afterAll(() => holder.dispose());

function large(): Network {
  const graph = mobileNetV1({ resolution: 96, width: 0.25 });
  return { graph, weights: initializeWeights(graph, 1) };
}

for (const name of ['simd128', 'relaxed', 'wide'] as const) {
  const engine = await chooseEngine(name, true).catch(() => undefined);
  describe.runIf(engine !== undefined)(`${name} gives the bits of one thread on several`, () => {
    const implementation = onThreads(engine as ChosenEngine);
    test.each(opNames)('%s', async (op) => {
      const report = await sweep({ op, implementation, oracle: runReference, runs });
      expect(report.cases).toBeGreaterThan(0);
    });

    test('small networks', async () => {
      await sweepNetworks({ implementation, oracle: runReference, runs });
    });

    test('random networks', async () => {
      for (let seed = 1; seed <= networks; seed++) {
        const { network, inputs } = drawNetwork(seed);
        await implementation(network, inputs);
      }
    });

    test.each([
      ['mobilenet-v1', mobileNetV1({ resolution: 96, width: 0.5 })],
      ['mobilenet-v2', mobileNetV2({ resolution: 96 })],
    ])('%s, shared out as is worth it', async (_, graph) => {
      const network = { graph, weights: initializeWeights(graph, 1) };
      const image = randomTensor([1, 96, 96, 3], createRandom(1));
      const options = { engine: name, allowProcessFlags: true };
      const expected = (await compile(network, options)).run(image).data.slice();
      for (const threads of [2, 3, 4]) {
        const session = await compile(network, { ...options, threads });
        // Whether the threads are ready or not.
        for (let i = 0; i < 5; i++) expect(session.run(image).data).toEqual(expected);
        await session.ready();
        expect(session.engine.threads).toBe(threads);
        for (let i = 0; i < 15; i++) expect(session.run(image).data).toEqual(expected);
        session.dispose();
      }
    });
  });
}

describe('a session of several threads', () => {
  const image = randomTensor([1, 96, 96, 3], createRandom(1));

  test('says how many there are', async () => {
    const session = await compile(large(), { threads: 2 });
    await session.ready();
    expect(session.engine).toMatchObject({ threads: 2 });
    expect(session.engine.reason).toMatch(/; 2 threads$/);
    session.dispose();
  });

  test('is joined by its threads while nobody receives events', async () => {
    const session = await compile(large(), { threads: 2 });
    const expected = session.run(image).data.slice();
    const start = performance.now();
    while (session.engine.threads < 2 && performance.now() - start < 20_000) session.run();
    expect(session.engine.threads).toBe(2);
    session.inputs.get('image')!.data.set(image.data);
    expect(session.run().values().next().value!.data).toEqual(expected);
    session.dispose();
  });

  test('keeps its inputs, and its steps run one by one', async () => {
    const session = await compile(large(), { threads: 2 });
    await session.ready();
    const expected = session.run(image).data.slice();
    expect(session.inputs.get('image')!.data).toEqual(image.data);
    session.outputs.values().next().value!.data.fill(0);
    for (const { units, run } of session.steps) run(0, units);
    expect(session.outputs.values().next().value!.data).toEqual(expected);
    session.dispose();
  });

  test('has one where no step is worth a second, and says so', async () => {
    const builder = new GraphBuilder('tiny');
    const graph = builder.build([builder.node('relu', [builder.input('x', [1, 4])], {})]);
    const session = await compile({ graph, weights: new Map() }, { threads: 4 });
    await session.ready();
    expect(session.engine.threads).toBe(1);
    expect(session.engine.reason).toMatch(/one thread: no step is worth a second one/);
    session.dispose();
  });

  test('takes at most as many as there are cores and steps that are worth them', async () => {
    const session = await compile(large(), { threads: 'auto' });
    await session.ready();
    expect(session.engine.threads).toBeLessThanOrEqual(availableParallelism());
    session.dispose();
  });

  test.each([0, 65, 1.5, Number.NaN, 'two' as never])('refuses %s threads', async (threads) => {
    await expect(compile(large(), { threads })).rejects.toThrow(EngineError);
    await expect(compile(large(), { threads })).rejects.toThrow(`whole number from 1 to 64, not ${threads}`);
  });

  test('a small step is left to one thread, and explain tells it', async () => {
    const session = await compile(large());
    const shares = explain(session).map(({ threads, units }) => [threads, units]);
    expect(shares.some(([threads]) => threads === 1)).toBe(true);
    expect(shares.some(([threads]) => threads! > 1)).toBe(true);
    expect(shares.every(([threads, units]) => threads! <= units!)).toBe(true);
    expect(oneThread.leastShare).toBeGreaterThan(0);
  });
});
