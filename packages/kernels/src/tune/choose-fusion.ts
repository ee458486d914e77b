/** @file Which groups of kernels are faster in strips, and whether all that was chosen is faster as a whole. */
import type { Network } from '@sepconv/graph';
import { type Instance, instantiatePlan } from '../instantiate.js';
import type { Engine } from '../plan/engine.js';
import { type Plan, planNetwork } from '../plan/plan.js';
import { type FusedGroups, type Fusion, groupKey } from '../plan/strips.js';
import { race } from './race.js';

/** Milliseconds for each group, and for whole networks. */
const groupBudget = 15;
const networkBudget = 400;

interface Compiled {
  readonly plan: Plan;
  readonly instance: Instance;
}

async function compiled(network: Network, engine: Engine, fusion: Fusion | FusedGroups): Promise<Compiled> {
  const plan = planNetwork(network, engine, fusion);
  return { plan, instance: await instantiatePlan(plan, network.weights) };
}

/** Runs the steps at these positions, whole. */
function runSteps({ plan, instance }: Compiled, positions: readonly number[]): void {
  for (const position of positions) instance.steps[position]?.(0, plan.steps[position]?.units ?? 0);
}

/** The groups that can run in strips, by `groupKey`, and whether they are faster so, measured both ways; those that are known are left out. */
export async function chooseFusion(
  network: Network,
  engine: Engine,
  known: FusedGroups,
): Promise<FusedGroups> {
  const [on, off] = [await compiled(network, engine, 'on'), await compiled(network, engine, 'off')];
  const found = new Map<string, boolean>();
  for (const [position, { kernel, nodes }] of on.plan.steps.entries()) {
    if (kernel.kind !== 'separable-conv2d') continue;
    const parts = off.plan.steps.flatMap((step, index) =>
      step.nodes.every((node) => nodes.includes(node)) ? [index] : [],
    );
    const key = groupKey(parts.map((index) => (off.plan.steps[index] as Plan['steps'][number]).kernel));
    if (known.has(key) || found.has(key)) continue;
    const times = race(
      () => runSteps(on, [position]),
      () => runSteps(off, parts),
      { budget: groupBudget, deadline: Infinity },
    );
    if (times !== undefined) found.set(key, times[0] < times[1]);
  }
  return found;
}

/** How much faster a network is with one engine's choices than with another's: 1.05 is a twentieth. */
export async function gainOf(
  network: Network,
  chosen: readonly [engine: Engine, fused: FusedGroups],
  usual: readonly [engine: Engine, fused: FusedGroups],
): Promise<number> {
  const [first, second] = [await compiled(network, ...chosen), await compiled(network, ...usual)];
  const times = race(first.instance.run, second.instance.run, { budget: networkBudget, deadline: Infinity });
  return times === undefined ? 1 : times[1] / times[0];
}
