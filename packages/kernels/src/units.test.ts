/**
 * @file Units run anywhere: in any order and in any pieces, by several instances of the module on one memory that threads
 * share, each with scratch of its own. What a step writes is its output and the scratch of whoever runs it.
 */
import { type ConformanceCase, conformanceOps, drawNetwork, randomPieces } from '@sepconv/conformance';
import { type OpName, opNames } from '@sepconv/graph';
import { createRandom, type Random } from '@sepconv/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseEngine } from './engines/choose.js';
import { fusionDecisions } from './fusion-decisions.js';
import { type Instance, instantiatePlan, joinInstance } from './instantiate.js';
import { type Engine, engines } from './plan/engine.js';
import { type Plan, planNetwork } from './plan/plan.js';
import { memoryFor, type RunUnits } from './program/instance.js';

/** Cases of each shape class of an op, and random networks. */
const runs = Number(process.env.SEPCONV_UNIT_RUNS ?? 1);
const networks = Number(process.env.SEPCONV_RANDOM_NETWORKS ?? 40);

const runners = 3;

/** The engines that run here. */
const available: Engine[] = [];
for (const name of ['simd128', 'relaxed', 'wide'] as const) {
  if (await chooseEngine(name, true).catch(() => undefined)) available.push(engines[name]);
}

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
  const first = await instantiatePlan(plan, drawn.network.weights, { runners, isShared: true });
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

async function expectSameBits(plan: Plan, drawn: ConformanceCase, random: Random): Promise<void> {
  const expected = await runWhole(plan, drawn);
  expect(await runScattered(plan, drawn, random), drawn.label).toEqual(expected);
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
    expect(withScratch).toBeGreaterThan(networks / 10);
  });
});
