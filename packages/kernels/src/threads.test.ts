/** @file Two threads at once: each runs every other unit of every step, on one memory that they share. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { drawNetwork } from '@sepconv/conformance';
import { GraphBuilder, initializeWeights, type Network, separableConv2d } from '@sepconv/graph';
import { createRandom, createTensor, elementCount, type Tensor } from '@sepconv/tensor';
import { afterAll, expect, test } from 'vitest';
import { chooseEngine } from './engines/choose.js';
import { fusionDecisions } from './fusion-decisions.js';
import { instantiatePlan } from './instantiate.js';
import { engines } from './plan/engine.js';
import { type Plan, planNetwork } from './plan/plan.js';
import { bindSteps } from './program/instance.js';

const threads = 2;

/**
 * What a thread does: for each plan that it is sent, the calls of one step after the other. Nobody begins a step before all
 * are done with the last one: `gate` counts arrivals, and names the step that may begin.
 */
const source = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ module, memory, steps, gate, threads }) => {
  const { exports } = new WebAssembly.Instance(module, { environment: { memory } });
  const [arrivals, open] = [0, 1];
  for (const [step, calls] of steps.entries()) {
    for (const [name, numbers] of calls) exports[name](...numbers);
    if (Atomics.add(gate, arrivals, 1) + 1 === (step + 1) * threads) {
      Atomics.store(gate, open, step + 1);
      Atomics.notify(gate, open);
    }
    while (Atomics.load(gate, open) <= step) Atomics.wait(gate, open, step);
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
    isShared: true,
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

const size = [1, 64, 48, 16] as const;

/** Large enough that both threads are in units of one step most of the time, and each unit needs scratch. */
const networks: Readonly<Record<string, () => Network>> = {
  strips: () => {
    const builder = new GraphBuilder('strips');
    const image = builder.input('image', size);
    const graph = builder.build([separableConv2d(builder, image, { kernel: 3, filters: 24 })]);
    return { graph, weights: initializeWeights(graph, 1) };
  },
  integers: () => {
    const builder = new GraphBuilder('integers');
    const image = builder.input('image', size, 'uint8', { scale: [1 / 64], zeroPoint: [128] });
    const shape = [3, 3, 16, 24];
    const quantization = { scale: [1 / 128], zeroPoint: [0] };
    const data = Int8Array.from({ length: elementCount(shape) }, (_, i) => ((i * 37) % 255) - 127);
    const weight = builder.parameter('weight', shape, 'weight', 'int8', quantization);
    const attributes = {
      strides: [1, 1],
      dilations: [1, 1],
      padding: { top: 1, bottom: 1, left: 1, right: 1 },
      groups: 1,
      output: { dtype: 'int8', scale: 1 / 4, zeroPoint: -7 },
    } as const;
    const graph = builder.build([builder.node('quantized-conv2d', [image, weight], attributes)]);
    return { graph, weights: new Map([['weight', createTensor('int8', shape, data, quantization)]]) };
  },
};

test.each(Object.keys(networks))('%s', async (name) => {
  const network = networks[name]!();
  const { shape, dtype } = network.graph.inputs[0]!;
  const random = createRandom(1);
  const numbers = Float32Array.from({ length: elementCount(shape) }, () => random.next());
  const image =
    dtype === 'uint8'
      ? createTensor(
          dtype,
          shape,
          Uint8Array.from(numbers, (x) => 255 * x),
        )
      : createTensor('float32', shape, numbers);
  const [alone, together] = await runBoth(network, new Map([['image', image]]));
  expect(together).toEqual(alone);
});

test('random networks', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { network, inputs, label } = drawNetwork(seed);
    const [alone, together] = await runBoth(network, inputs);
    expect(together, label).toEqual(alone);
  }
});
