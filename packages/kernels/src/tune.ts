import type { Network } from '@sepconv/graph';
import { type Instance, instantiatePlan } from './instantiate.js';
import type { Engine } from './plan/engine.js';
import { type Plan, planNetwork } from './plan/plan.js';
import { type FusedGroups, groupKey } from './plan/strips.js';

/** Milliseconds spent on each candidate: V8 needs a few runs until it has optimized both ways. */
const budget = 15;

/** Rounds that are run at least, however long they take. */
const leastRounds = 5;

/** Runs the steps at these positions, whole. */
function runSteps({ plan, instance }: Compiled, positions: readonly number[]): void {
  for (const position of positions) instance.steps[position]?.(0, plan.steps[position]?.units ?? 0);
}

interface Compiled {
  readonly plan: Plan;
  readonly instance: Instance;
}

async function compiled(network: Network, engine: Engine, fusion: 'on' | 'off'): Promise<Compiled> {
  const plan = planNetwork(network, engine, fusion);
  return { plan, instance: await instantiatePlan(plan, network.weights) };
}

/** The shortest of interleaved runs of both, in milliseconds. */
function race(first: () => void, second: () => void): readonly [number, number] {
  const best: [number, number] = [Infinity, Infinity];
  const start = performance.now();
  for (let round = 0; round < leastRounds || performance.now() - start < budget; round++) {
    for (const which of [0, 1] as const) {
      const before = performance.now();
      (which === 0 ? first : second)();
      best[which] = Math.min(best[which], performance.now() - before);
    }
  }
  return best;
}

/**
 * Measures every pair and triple that can be fused, both ways on this machine, and returns the groups that are faster fused.
 * It takes about 30 milliseconds for each, and twice the network's memory while it lasts.
 */
export async function tuneFusion(network: Network, engine: Engine): Promise<FusedGroups> {
  const [on, off] = [await compiled(network, engine, 'on'), await compiled(network, engine, 'off')];
  const faster = new Set<string>();
  on.plan.steps.forEach(({ kernel, nodes }, position) => {
    if (kernel.kind !== 'separable-conv2d') return;
    const parts = off.plan.steps.flatMap((step, index) =>
      step.nodes.every((node) => nodes.includes(node)) ? [index] : [],
    );
    const [fused, apart] = race(
      () => runSteps(on, [position]),
      () => runSteps(off, parts),
    );
    if (fused < apart) faster.add(groupKey(nodes));
  });
  return faster;
}
