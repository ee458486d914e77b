/** @file How the kernels of a network cut their work best on this machine, found by measuring. Never another bit of a result. */
import type { Network } from '@sepconv/graph';
import { measureMachine } from './engines/machine.js';
import { type Instance, instantiatePlan } from './instantiate.js';
import type { Choices, DepthwiseBlock, KernelChoices, ProductBlock } from './plan/choices.js';
import { depthwiseCandidates, depthwiseKey } from './plan/depthwise-block.js';
import type { Engine } from './plan/engine.js';
import { productCandidates, productKey } from './plan/gemm.js';
import type { Kernel } from './plan/kernel.js';
import { macsOf } from './plan/macs.js';
import { type Plan, planNetwork } from './plan/plan.js';
import { runRound } from './run-round.js';

/** How much is tried: `'quick'` within about 300 milliseconds for a MobileNet, `'full'` whatever there is to try. */
export type Effort = 'quick' | 'full';

/** Milliseconds for all trials, and for each pair of candidates: V8 needs a few runs until it has optimized both. */
const budgets = { quick: { all: 240, pair: 2 }, full: { all: Infinity, pair: 15 } } as const;

/** Rounds that are run at least, however long they take. */
const leastRounds = 5;

/** A candidate is taken only where it takes at most this part of the usual time: less is noise. */
const leastGain = 0.97;

interface Compiled {
  readonly plan: Plan;
  readonly instance: Instance;
}

async function compiled(network: Network, engine: Engine, fusion: 'on' | 'off'): Promise<Compiled> {
  const plan = planNetwork(network, engine, fusion);
  return { plan, instance: await instantiatePlan(plan, network.weights) };
}

/** Runs the steps at these positions, whole. */
function runSteps({ plan, instance }: Compiled, positions: readonly number[]): void {
  for (const position of positions) instance.steps[position]?.(0, plan.steps[position]?.units ?? 0);
}

/** The shortest of interleaved runs of both, in milliseconds. */
function race(first: () => void, second: () => void, budget: number): readonly [number, number] {
  const best: [number, number] = [Infinity, Infinity];
  const start = performance.now();
  for (let round = 0; round < leastRounds || performance.now() - start < budget; round++)
    runRound([first, second], best);
  return best;
}

/** A kernel of a network whose cut can be chosen: the first step that runs it, and what there is to try, the usual cut first. */
interface Subject {
  readonly kind: keyof KernelChoices;
  readonly key: string;
  readonly macs: number;
  readonly position: number;
  readonly candidates: readonly (DepthwiseBlock | ProductBlock)[];
}

function subjectOf(engine: Engine, kernel: Kernel): Omit<Subject, 'position'> | undefined {
  switch (kernel.kind) {
    case 'depthwise-conv2d':
      return {
        kind: 'depthwise',
        key: depthwiseKey(kernel),
        macs: macsOf(kernel),
        candidates: depthwiseCandidates(engine, kernel),
      };
    case 'gemm':
      return {
        kind: 'products',
        key: productKey(kernel),
        macs: macsOf(kernel),
        candidates: productCandidates(engine, kernel),
      };
    default:
      return undefined;
  }
}

/** The distinct kernels of a plan that can be cut in other ways, the most work first. */
function subjectsOf({ engine, steps }: Plan): Subject[] {
  const subjects = new Map<string, Subject>();
  steps.forEach(({ kernel }, position) => {
    const subject = subjectOf(engine, kernel as Kernel);
    if (subject === undefined || subject.candidates.length < 2 || subjects.has(subject.key)) return;
    subjects.set(subject.key, { ...subject, position });
  });
  return [...subjects.values()].sort((a, b) => b.macs - a.macs);
}

type Chosen = readonly (readonly [Subject, DepthwiseBlock | ProductBlock | undefined])[];

/** Choices of blocks by kind and key. */
function choicesOf(chosen: Chosen): KernelChoices {
  const ofKind = <Kind extends keyof KernelChoices>(kind: Kind): KernelChoices[Kind] => {
    const own = chosen.filter(([subject, block]) => block !== undefined && subject.kind === kind);
    // A subject of a kind has candidates of that kind alone.
    return Object.fromEntries(own.map(([{ key }, block]) => [key, block])) as unknown as KernelChoices[Kind];
  };
  return { depthwise: ofKind('depthwise'), products: ofKind('products') };
}

/** Every candidate of each kernel beside the usual one, in the place that it has in the network; the best where one is better. */
async function chooseBlocks(network: Network, engine: Engine, effort: Effort): Promise<KernelChoices> {
  const start = performance.now();
  const { all, pair } = budgets[effort];
  const usual = await compiled(network, engine, 'off');
  const subjects = subjectsOf(usual.plan);
  const rounds = subjects.reduce((most, { candidates }) => Math.max(most, candidates.length), 0);
  const best = new Map<Subject, { block: DepthwiseBlock | ProductBlock; ratio: number }>();
  const isLeft = (): boolean => performance.now() - start < all;
  for (let round = 1; round < rounds && isLeft(); round++) {
    const tried = subjects.filter(({ candidates }) => round < candidates.length);
    const choices = choicesOf(tried.map((subject) => [subject, subject.candidates[round]]));
    const other = await compiled(network, { ...engine, choices }, 'off');
    for (const subject of tried) {
      if (!isLeft()) break;
      const [time, usualTime] = race(
        () => runSteps(other, [subject.position]),
        () => runSteps(usual, [subject.position]),
        pair,
      );
      const ratio = time / usualTime;
      const block = subject.candidates[round];
      if (block !== undefined && ratio < (best.get(subject)?.ratio ?? leastGain))
        best.set(subject, { block, ratio });
    }
  }
  return choicesOf([...best].map(([subject, { block }]) => [subject, block]));
}

/** The groups of nodes that are faster in strips, measured both ways. */
async function chooseFusion(network: Network, engine: Engine): Promise<string[][]> {
  const [on, off] = [await compiled(network, engine, 'on'), await compiled(network, engine, 'off')];
  return on.plan.steps.flatMap(({ kernel, nodes }, position) => {
    if (kernel.kind !== 'separable-conv2d') return [];
    const parts = off.plan.steps.flatMap((step, index) =>
      step.nodes.every((node) => nodes.includes(node)) ? [index] : [],
    );
    const [fused, apart] = race(
      () => runSteps(on, [position]),
      () => runSteps(off, parts),
      budgets.full.pair,
    );
    return fused < apart ? [[...nodes]] : [];
  });
}

/**
 * Measures how a network's kernels cut their work best on this machine, and with `'full'` which run in strips; it takes twice the
 * network's memory while it lasts.
 */
export async function tuneNetwork(network: Network, engine: Engine, effort: Effort): Promise<Choices> {
  const machine = await measureMachine(engine);
  const chosen = await chooseBlocks(network, engine, effort);
  const document = { format: 'sepconv-choices-1', engine: engine.name, machine, ...chosen } as const;
  if (effort === 'quick') return document;
  return { ...document, fused: await chooseFusion(network, { ...engine, choices: chosen }) };
}
