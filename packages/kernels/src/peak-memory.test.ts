/** @file The cost model's prediction beside the engine: what it says a network needs is what a session allocates. */
import { drawNetwork, networkClasses } from '@sepconv/conformance';
import { graphSchedule, peakMemory } from '@sepconv/cost-model';
import { initializeWeights, type MemoryStep, type Network } from '@sepconv/graph';
import { buildNetwork, type NamedOptions, networkEntry, networkNames } from '@sepconv/mobilenet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { engines } from './plan/engine.js';
import { planNetwork } from './plan/plan.js';
import { predictSchedule } from './predict-schedule.js';

function expectPrediction(network: Network): void {
  const { graph } = network;
  for (const fusion of ['auto', 'on', 'off'] as const) {
    const { schedule, arenaBytes, arenaLowerBound } = planNetwork(network, engines.relaxed, fusion);
    // Through JSON, because a plan is plain data that may have been stored.
    const memory = peakMemory(graph, { schedule: JSON.parse(JSON.stringify(schedule)) });
    expect({ fusion, arenaBytes: memory.arenaBytes }).toEqual({ fusion, arenaBytes });
    expect(memory.lowerBoundBytes).toBe(arenaLowerBound);
    expect(predictSchedule(graph, { fusion })).toEqual(schedule);
  }
}

describe('the predicted arena is the allocated one, byte for byte', () => {
  test.each(networkNames)('%s', (name) => {
    // The twins of standard convolutions as well, where there are any.
    const variants: NamedOptions[] =
      'separable' in networkEntry(name).options ? [{}, { separable: false }] : [{}];
    for (const options of variants) {
      const graph = buildNetwork<string>(name, { resolution: 96, ...options });
      expectPrediction({ graph, weights: initializeWeights(graph, 1) });
    }
  });

  test('networks of integers', () => {
    for (const { network } of fc.sample(networkClasses.integer_network!, { numRuns: 20, seed: 1 })) {
      expectPrediction(network);
    }
  });
});

/** Steps by what they compute: copies and means that a step needs of its own are part of it. */
function withoutOwnValues(steps: readonly MemoryStep[]) {
  const found: { readonly nodes: readonly string[]; readonly parts: MemoryStep[] }[] = [];
  for (const step of steps) {
    const last = found.at(-1);
    if (last?.nodes.join() === step.nodes.join()) last.parts.push(step);
    else found.push({ nodes: step.nodes, parts: [step] });
  }
  return found.map(({ nodes, parts }) => {
    const own = new Set(parts.map(({ output }) => output));
    const reads = new Set(parts.flatMap((part) => part.reads).filter((value) => !own.has(value)));
    const { output, outputBytes } = parts.at(-1) as MemoryStep;
    return { nodes, reads: [...reads].sort(), output, outputBytes };
  });
}

describe('the account without an engine joins what the engine joins', () => {
  const expectSameSteps = ({ graph }: Network): void => {
    const engine = withoutOwnValues(predictSchedule(graph, { fusion: 'off' }).steps);
    expect(withoutOwnValues(graphSchedule(graph).steps)).toEqual(engine);
  };

  test.each(networkNames)('%s', (name) => {
    const graph = buildNetwork<string>(name, { resolution: 96 });
    expectSameSteps({ graph, weights: new Map() });
  });

  test('300 random networks', () => {
    for (let seed = 1; seed <= 300; seed++) expectSameSteps(drawNetwork(seed).network);
  });
});
