/** @file Two threads at once: each runs every other unit of every step, on one memory that they share. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { drawNetwork } from '@sepconv/conformance';
import { GraphBuilder, initializeWeights, type Network, separableConv2d } from '@sepconv/graph';
import { createRandom, randomTensor, type Tensor } from '@sepconv/tensor';
import { afterAll, expect, test } from 'vitest';
import { chooseEngine } from './engines/choose.js';
import { fusionDecisions } from './fusion-decisions.js';
import { instantiatePlan } from './instantiate.js';
import { engines } from './plan/engine.js';
import { type Plan, planNetwork } from './plan/plan.js';
import { bindSteps, memoryFor } from './program/instance.js';
import { allocateMemory } from './program/memory.js';

const threads = 2;

/**
 * What a thread does: for each plan that it is sent, the calls of one step after the other. Nobody begins a step before all
 * are there: `gate` counts arrivals, and names the step that may begin.
 */
const source = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ module, memory, steps, gate, threads }) => {
  const { exports } = new WebAssembly.Instance(module, { environment: { memory } });
  const [arrivals, open] = [0, 1];
  const waitFor = (step) => {
    if (Atomics.add(gate, arrivals, 1) + 1 === (step + 1) * threads) {
      Atomics.store(gate, open, step + 1);
      Atomics.notify(gate, open);
    }
    while (Atomics.load(gate, open) <= step) Atomics.wait(gate, open, step);
  };
  for (const [step, calls] of steps.entries()) {
    waitFor(step);
    for (const [name, numbers] of calls) exports[name](...numbers);
  }
  parentPort.postMessage('done');
});`;

const workers = Array.from({ length: threads }, () => new Worker(source, { eval: true }));
afterAll(() => Promise.all(workers.map((worker) => worker.terminate())));

type Call = readonly [name: string, numbers: readonly number[]];

/** The calls of a thread, step by step, as it would make them itself. */
function callsOf(plan: Plan, thread: number): readonly (readonly Call[])[] {
  let calls: Call[] = [];
  const note =
    (_: object, name: string) =>
    (...numbers: number[]) =>
      calls.push([name, numbers]);
  const steps = bindSteps(plan, new Proxy({}, { get: note }), thread);
  return plan.steps.map(({ units }, step) => {
    calls = [];
    for (let unit = thread; unit < units; unit += threads) steps[step]!(unit, unit + 1);
    return calls;
  });
}

/** The outputs of a network in hexadecimal digits, by one thread and by several. */
async function runBoth(network: Network, inputs: ReadonlyMap<string, Tensor>): Promise<[string[], string[]]> {
  const { name } = await chooseEngine('auto', false);
  const { fusion, limits } = fusionDecisions.get('on, row by row')!;
  const plan = planNetwork(network, engines[name], fusion, limits);
  const set = (memory: WebAssembly.Memory): void => {
    for (const { name: input, address } of plan.inputs) {
      const { buffer, byteOffset, byteLength } = inputs.get(input)!.data;
      new Uint8Array(memory.buffer).set(new Uint8Array(buffer, byteOffset, byteLength), address);
    }
  };
  const outputsOf = (memory: WebAssembly.Memory): string[] =>
    plan.schedule.outputs.map((value, index) => {
      const bytes = plan.schedule.steps.find(({ output }) => output === value)?.outputBytes ?? 0;
      const { address } = plan.outputs[index]!;
      return Buffer.from(memory.buffer).toString('hex', address, address + bytes);
    });
  const alone = await instantiatePlan(plan, network.weights);
  set(alone.memory);
  alone.run();
  const { module, memory } = await instantiatePlan(plan, network.weights, {
    runners: threads,
    shared: allocateMemory(memoryFor(plan, threads), undefined, true),
  });
  set(memory);
  const gate = new Int32Array(new SharedArrayBuffer(8));
  const done = workers.map((worker) => once(worker, 'message'));
  for (const [thread, worker] of workers.entries()) {
    worker.postMessage({ module, memory, steps: callsOf(plan, thread), gate, threads });
  }
  await Promise.all(done);
  return [outputsOf(alone.memory), outputsOf(memory)];
}

test('strips, each of which needs scratch, and large enough that both threads are in one step', async () => {
  const builder = new GraphBuilder('strips');
  const image = builder.input('image', [1, 128, 96, 32]);
  const graph = builder.build([separableConv2d(builder, image, { kernel: 3, filters: 48 })]);
  const inputs = new Map([['image', randomTensor([1, 128, 96, 32], createRandom(1))]]);
  const [alone, together] = await runBoth({ graph, weights: initializeWeights(graph, 1) }, inputs);
  expect(together).toEqual(alone);
});

test('random networks', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { network, inputs, label } = drawNetwork(seed);
    const [alone, together] = await runBoth(network, inputs);
    expect(together, label).toEqual(alone);
  }
});
