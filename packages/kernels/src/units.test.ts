/**
 * @file Units run anywhere: in any order and in any pieces, by several instances of the module on one memory that threads
 * share, each with scratch of its own. What a step writes is its output and the scratch of whoever runs it.
 */
import {
  type ConformanceCase,
  checkNetwork,
  conformanceOps,
  drawNetwork,
  randomPieces,
} from '@sepconv/conformance';
import {
  GraphBuilder,
  initializeWeights,
  type Network,
  type OpName,
  opNames,
  pointwiseConv2d,
} from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import {
  createRandom,
  createTensor,
  elementCount,
  type Random,
  randomTensor,
  type Tensor,
} from '@sepconv/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseEngine } from './engines/choose.js';
import { fusionDecisions } from './fusion-decisions.js';
import { type Instance, instantiatePlan, joinInstance } from './instantiate.js';
import { type Engine, engines } from './plan/engine.js';
import { type Plan, planNetwork } from './plan/plan.js';
import { memoryFor, type RunUnits } from './program/instance.js';
import { allocateMemory } from './program/memory.js';
import { compile } from './session.js';

/** Cases of each shape class of an op, and random networks. */
const runs = Number(process.env.SEPCONV_UNIT_RUNS ?? 1);
const networks = Number(process.env.SEPCONV_RANDOM_NETWORKS ?? 40);

/** The engines that run here. */
const available: Engine[] = [];
for (const name of ['simd128', 'relaxed', 'wide'] as const) {
  if (await chooseEngine(name, true).catch(() => undefined)) available.push(engines[name]);
}

const runners = 3;

const bytesOf = ({ memory }: Instance): Buffer => Buffer.from(memory.buffer);

function setInputs(plan: Plan, instance: Instance, { inputs }: ConformanceCase): void {
  for (const { name, address } of plan.inputs) {
    const { buffer, byteOffset, byteLength } = inputs.get(name)!.data;
    bytesOf(instance).set(new Uint8Array(buffer, byteOffset, byteLength), address);
  }
}

/** The outputs' bytes, in hexadecimal digits. */
function outputsOf({ outputs, schedule }: Plan, instance: Instance): string[] {
  return outputs.map(({ address }, index) => {
    const value = schedule.outputs[index];
    const bytes =
      schedule.steps.find(({ output }) => output === value)?.outputBytes ??
      schedule.inputs.find((input) => input.value === value)?.bytes;
    return bytesOf(instance).toString('hex', address, address + bytes!);
  });
}

/** The first byte that differs outside of these ranges of addresses, if one does. */
function changedOutside(
  before: Buffer,
  after: Buffer,
  allowed: readonly (readonly [number, number])[],
): number {
  const ranges = allowed.toSorted(([a], [b]) => a - b);
  const starts = [0, ...ranges.map(([, end]) => end)];
  const ends = [...ranges.map(([start]) => start), after.length];
  for (const [i, start] of starts.entries()) {
    const [left, right] = [before.subarray(start, ends[i]), after.subarray(start, ends[i])];
    if (start < ends[i]! && left.compare(right) !== 0)
      return start + left.findIndex((byte, at) => byte !== right[at]);
  }
  return -1;
}

/** Runs a plan in scattered pieces; what a unit must not read is noise. */
async function runScattered(plan: Plan, drawn: ConformanceCase, random: Random): Promise<string[]> {
  const shared = allocateMemory(memoryFor(plan, runners), undefined, true);
  const first = await instantiatePlan(plan, drawn.network.weights, { runners, shared });
  const others = [await joinInstance(plan, first, 1), await joinInstance(plan, first, 2)];
  const all: readonly (readonly RunUnits[])[] = [first.steps, ...others];
  const bytes = bytesOf(first);
  const noise = 0xff;
  bytes.fill(noise, plan.weightsAddress + plan.weightBytes);
  setInputs(plan, first, drawn);
  plan.steps.forEach(({ nodes, units, addresses, operands, scratch }, step) => {
    const { output, outputBytes, scratchBytes } = plan.schedule.steps[step]!;
    const written = operands.findIndex((operand) => operand.kind === 'value' && operand.value === output);
    const scratchOf = (runner: number): readonly [number, number] => {
      const start = runner === 0 ? addresses[scratch!]! : memoryFor(plan, runner);
      return [start, start + scratchBytes];
    };
    const before = Buffer.from(bytes);
    const used = new Set<number>();
    for (const [from, to] of randomPieces(units, random)) {
      const runner = random.integer(runners);
      used.add(runner);
      if (scratch !== undefined) bytes.fill(noise, ...scratchOf(runner));
      all[runner]![step]!(from, to);
    }
    const allowed: (readonly [number, number])[] = [[addresses[written]!, addresses[written]! + outputBytes]];
    if (scratch !== undefined) allowed.push(...[...used].map(scratchOf));
    expect(changedOutside(before, bytes, allowed), `${nodes.join()} writes elsewhere`).toBe(-1);
  });
  return outputsOf(plan, first);
}

async function runWhole(plan: Plan, drawn: ConformanceCase): Promise<string[]> {
  const instance = await instantiatePlan(plan, drawn.network.weights);
  setInputs(plan, instance, drawn);
  instance.run();
  return outputsOf(plan, instance);
}

/** Fails unless both ways give the same bits. */
async function expectSameBits(plan: Plan, drawn: ConformanceCase, random: Random): Promise<void> {
  const expected = await runWhole(plan, drawn);
  expect(await runScattered(plan, drawn, random), drawn.label).toEqual(expected);
}

/** Layers that have one row, line, pixel or image, and work enough to be shared out. */
function loneRows(): Network {
  const builder = new GraphBuilder('lone rows');
  const numbers = new Map<string, Tensor>();
  const bytes = (name: string, shape: readonly number[]): string => {
    const data = Int8Array.from({ length: elementCount(shape) }, (_, i) => ((i * 37) % 255) - 127);
    const tensor = createTensor('int8', shape, data, { scale: [1 / 128], zeroPoint: [0] });
    numbers.set(name, tensor);
    return builder.parameter(name, shape, 'weight', 'int8', tensor.quantization);
  };
  const none = { top: 0, bottom: 0, left: 0, right: 0 };
  const plain = { strides: [1, 1], dilations: [1, 1], padding: none } as const;
  const output = { dtype: 'int8', scale: 1 / 4, zeroPoint: -7 } as const;
  const row = builder.input('row', [1, 1, 160, 40]);
  const small = builder.input('small', [1, 4, 4, 256]);
  const image = builder.input('image', [1, 130, 130, 32]);
  const stored = { dtype: 'uint8', scale: [1 / 64], zeroPoint: [128] } as const;
  const q = builder.node('quantize', [row], stored);
  const slide = { ...plain, window: [1, 3] } as const;
  const convolved = builder.node('quantized-conv2d', [q, bytes('line', [1, 3, 40, 70])], {
    ...plain,
    groups: 1,
    output,
  });
  const pixels = builder.node('reshape', [q], { shape: [160, 40] });
  const mean = builder.node('quantized-global-average-pool2d', [q], { output });
  const [values, scale, zero] = (['values', 'scale', 'zero-point'] as const).map((result) =>
    builder.node('dynamic-quantize', [row], { result }),
  ) as [string, string, string];
  const graph = builder.build([
    builder.node('max-pool2d', [row], slide),
    builder.node('average-pool2d', [row], { ...slide, countIncludePadding: false }),
    builder.node('max-pool2d', [q], slide),
    convolved,
    builder.node('quantized-matmul', [pixels, bytes('matrix', [40, 70])], { output }),
    builder.node('quantized-matmul', [mean, bytes('vector', [40, 70])], { output }),
    builder.node('quantized-add', [q, q], { output }),
    builder.node(
      'matmul-integer',
      [builder.node('reshape', [values], { shape: [160, 40] }), bytes('sums', [40, 70]), zero],
      {},
    ),
    scale,
    pointwiseConv2d(builder, small, { filters: 256 }),
    builder.node('global-average-pool2d', [image], {}),
  ]);
  const real = initializeWeights(
    { ...graph, parameters: graph.parameters.filter(({ dtype }) => dtype === 'float32') },
    1,
  );
  return { graph, weights: new Map([...real, ...numbers]) };
}

const inputsOf = ({ graph }: Network): ReadonlyMap<string, Tensor> =>
  new Map(graph.inputs.map(({ name, shape }) => [name, randomTensor(shape, createRandom(1))]));

async function runSession(network: Network, inputs: ReadonlyMap<string, Tensor>) {
  return (await compile(network)).run(inputs);
}

describe('units in random order, in pieces, by three instances on one memory', () => {
  test.each(opNames)('%s', async (op: OpName) => {
    const random = createRandom(1);
    let compared = 0;
    for (const cases of Object.values(conformanceOps[op].classes)) {
      for (const drawn of fc.sample(cases, { numRuns: runs, seed: 1 })) {
        const engine = available[random.integer(available.length)]!;
        await expectSameBits(planNetwork(drawn.network, engine, 'on'), drawn, random);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(0);
  });

  test('random networks', async () => {
    const random = createRandom(2);
    const decisions = [...fusionDecisions.values()];
    let [steps, withScratch] = [0, 0];
    for (let seed = 1; seed <= networks; seed++) {
      const drawn = drawNetwork(seed);
      const { fusion, limits } = decisions[random.integer(decisions.length)]!;
      const engine = available[random.integer(available.length)]!;
      const plan = planNetwork(drawn.network, engine, fusion, limits);
      await expectSameBits(plan, drawn, random);
      steps += plan.steps.filter(({ units }) => units > 1).length;
      withScratch += plan.steps.filter(({ units, scratch }) => units > 1 && scratch !== undefined).length;
    }
    expect(steps).toBeGreaterThan(networks);
    expect(withScratch).toBeGreaterThan(networks / 20);
  });

  test('what has a single row, line or image', async () => {
    const network = loneRows();
    const { label, inputs } = { label: 'lone rows', inputs: inputsOf(network) };
    await checkNetwork({ label, network, inputs }, { implementation: runSession, oracle: runReference });
    for (const engine of available) {
      const plan = planNetwork(network, engine);
      await expectSameBits(plan, { label, network, inputs }, createRandom(3));
      const single = plan.steps.filter(({ units }) => units === 1).map(({ kernel }) => kernel.kind);
      expect(new Set(single)).toEqual(new Set(['dynamic-quantize']));
    }
  });
});
