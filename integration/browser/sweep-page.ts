/** @file What runs in the page: the conformance sweep of one op, or of small networks, on one engine; and on several threads. */
import { type Runner, sweep, sweepNetworks } from '@sepconv/conformance';
import { initializeWeights, type Network, type OpName } from '@sepconv/graph';
import { compile, type EngineName } from '@sepconv/kernels';
import { chooseEngine, compileFor } from '@sepconv/kernels/toolkit';
import { mobileNetV1, mobileNetV2 } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';

const runEngine =
  (engine: EngineName): Runner =>
  async (network, inputs) =>
    (await compile(network, { engine })).run(inputs);

const threadScript = new URL('/thread.js', globalThis.location.href).href;

/** The bytes of each output. */
const bytesOf = (outputs: ReadonlyMap<string, Tensor>): string =>
  [...outputs]
    .map(
      ([name, { data }]) => `${name}:${new Uint8Array(data.buffer, data.byteOffset, data.byteLength).join()}`,
    )
    .join();

/** Runs on one thread and on 2, 3 or 4, in turn, and throws where the bits differ. */
async function runThreads(engine: EngineName): Promise<Runner> {
  const chosen = await chooseEngine(engine, false);
  // Every step is shared out, however short it is.
  const threading = { keepsInputs: true, leastShare: Number.MIN_VALUE };
  let turn = 0;
  return async (network, inputs) => {
    const alone = await compileFor(chosen, network, {});
    const outputs = alone.run(inputs);
    const threads = 2 + (turn++ % 3);
    const session = await compileFor(chosen, network, { threads, threading, threadScript });
    await session.ready();
    for (let i = 0; i < 2; i++) {
      if (bytesOf(session.run(inputs)) === bytesOf(outputs)) continue;
      throw new Error(`${threads} threads give other bits than one: ${session.engine.reason}`);
    }
    session.dispose();
    return outputs;
  };
}

/** Runs cases and returns how many; throws when one is outside its bound. */
export async function sweepHere(
  what: OpName | 'networks',
  engine: EngineName,
  runs: number,
  isThreaded = false,
): Promise<number> {
  const implementation = isThreaded ? await runThreads(engine) : runEngine(engine);
  const options = { implementation, oracle: runReference, runs };
  const report = what === 'networks' ? await sweepNetworks(options) : await sweep({ op: what, ...options });
  return report.cases;
}

/** Holds the pool, so that not every case starts and ends threads of its own; gives the number of threads. */
async function holdThreads(engine: EngineName): Promise<number> {
  const session = await compile(networkOf('v1'), { engine, threads: 4, threadScript });
  await session.ready();
  return session.engine.threads;
}

const side = 96;

function networkOf(name: 'v1' | 'v2'): Network {
  const graph = { v1: mobileNetV1, v2: mobileNetV2 }[name]({ resolution: side, width: 0.5 });
  return { graph, weights: initializeWeights(graph, 1) };
}

/** Runs a whole network on 1 to 4 threads, shared out as is worth it, and returns those that gave the bits of one. */
async function sameOnThreads(name: 'v1' | 'v2', engine: EngineName): Promise<number[]> {
  const network = networkOf(name);
  const inputs = new Map([['image', randomTensor([1, side, side, 3], createRandom(1))]]);
  const expected = bytesOf((await compile(network, { engine })).run(inputs));
  const same: number[] = [];
  for (const threads of [1, 2, 3, 4]) {
    const session = await compile(network, { engine, threads, threadScript });
    await session.ready();
    const isSame = [1, 2, 3, 4, 5].every(() => bytesOf(session.run(inputs)) === expected);
    if (session.engine.threads === threads && isSame) same.push(threads);
    session.dispose();
  }
  return same;
}

Object.assign(globalThis, { sweepHere, holdThreads, sameOnThreads });
