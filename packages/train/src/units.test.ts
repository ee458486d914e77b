/** @file Units of both ways of a training step in random order and in pieces: the bits of the whole steps. */
import { conformanceOps, randomPieces } from '@sepconv/conformance';
import { contractOf, expandSeparable, type Network, type OpName, opNames } from '@sepconv/graph';
import { allocateMemory, bindSteps, chooseEngine, emitKernels, engines } from '@sepconv/kernels/toolkit';
import { createRandom, type Random } from '@sepconv/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digitNetwork } from './digit-network.js';
import { emitTrainingKernel } from './emit/kernel.js';
import { planTraining, type TrainingPlan } from './plan/plan.js';
import { type Experiment, experiment } from './testing/compare-engine.js';
import { redrawn } from './testing/float64.js';
import { withTrainableInputs } from './testing/one-op.js';
import { trainableNames } from './training-session.js';

const { name } = await chooseEngine('auto', true);

function planOf({ graph }: Network): TrainingPlan {
  return planTraining(expandSeparable(graph), {
    engine: engines[name],
    trainable: trainableNames(graph, undefined),
    batchNormMomentum: 0.5,
  });
}

type Pieces = (units: number) => readonly (readonly [first: number, end: number])[];

/** Two steps; outputs, gradients and parameters in hexadecimal digits. */
async function runInPieces(plan: TrainingPlan, drawn: Experiment, pieces: Pieces): Promise<string[]> {
  const memory = allocateMemory(plan.kernels.memoryBytes);
  const module = emitKernels(plan.kernels, emitTrainingKernel);
  const { instance } = await WebAssembly.instantiate(module, { environment: { memory } });
  const kernels = bindSteps(plan.kernels, instance.exports);
  const viewOf = (buffer: Parameters<typeof plan.addresses.get>[0]): Float32Array =>
    new Float32Array(memory.buffer, plan.addresses.get(buffer), buffer.floats);
  for (const [tensor, { data }] of [...drawn.network.weights, ...drawn.inputs]) {
    viewOf(plan.values.get(tensor)!).set(data as Float32Array);
  }
  const results = [...plan.gradients.values(), ...plan.values.values()].filter(
    (buffer) => buffer.isKept || [...plan.gradients.values()].includes(buffer),
  );
  for (let round = 0; round < 2; round++) {
    let next = 0;
    plan.steps.forEach((step, index) => {
      if (index === plan.forwardSteps) {
        for (const [output, { data }] of drawn.seeds) viewOf(plan.outputGradients.get(output)!).set(data);
      }
      if (step.kind === 'script') step.run(...step.operands.map(viewOf));
      else {
        const run = kernels[next++]!;
        for (const [first, end] of pieces(step.units)) run(first, end);
      }
    });
  }
  return results.map((buffer) => Buffer.from(viewOf(buffer).slice().buffer).toString('hex'));
}

async function expectSameBits(drawn: Experiment, random: Random, label: string): Promise<number> {
  const plan = planOf(drawn.network);
  const whole = await runInPieces(plan, drawn, (units) => [[0, units]]);
  expect(await runInPieces(plan, drawn, (units) => randomPieces(units, random)), label).toEqual(whole);
  return plan.kernels.steps.filter(({ units }) => units > 1).length;
}

test.each(opNames.filter((op) => contractOf(op).integers !== 'own'))('%s', async (op: OpName) => {
  const random = createRandom(1);
  for (const [shapes, cases] of Object.entries(conformanceOps[op].classes)) {
    if (shapes === 'special_values' || shapes === 'integers') continue;
    for (const { network, label } of fc.sample(cases, { numRuns: 1, seed: 1 })) {
      await expectSameBits(experiment(redrawn(withTrainableInputs(network), 1)), random, label);
    }
  }
});

test.each([true, false])('a network of digits, separable: %s', async (separable) => {
  const graph = digitNetwork({ separable, widths: [18, 22, 36], resolution: 20 });
  const batch = { ...graph, inputs: graph.inputs.map((input) => ({ ...input, shape: [3, 20, 20, 1] })) };
  const several = await expectSameBits(experiment(redrawn(batch, 1)), createRandom(2), 'digits');
  expect(several).toBeGreaterThan(20);
});
