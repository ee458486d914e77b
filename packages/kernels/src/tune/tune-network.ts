/** @file How the kernels of a network cut their work best on this machine, found by measuring. Never another bit of a result. */
import type { Network } from '@sepconv/graph';
import { machineHere } from '../engines/machine.js';
import { type Choices, choicesFormat, type KernelChoices } from '../plan/choices.js';
import type { Engine } from '../plan/engine.js';
import { limitsFor, type Machine, machineDifference } from '../plan/machine.js';
import { planNetwork } from '../plan/plan.js';
import { type Budget, chooseBlocks } from './choose-blocks.js';
import { chooseFusion, gainOf } from './choose-fusion.js';
import type { Block } from './subjects.js';
import { choicesOf, joinChoices, type Subject, subjectsOf, unknownOf } from './subjects.js';

/** How much is tried: `'quick'` within 300 milliseconds for a MobileNet, `'full'` whatever there is to try. */
export type Effort = 'quick' | 'full';

/** Milliseconds that `'quick'` takes at most, the machine and all plans included, but for the last thing that it has begun. */
const quickBudget = 280;

const budgets = {
  quick: { heat: 0.5, pair: 1.5, cuts: 3 },
  full: { heat: 4, pair: 15, cuts: Infinity },
} as const;

/** What became of tuning, and of choices that were given. */
export interface Tuning {
  /** Distinct kernels of the network that can be cut in several ways. */
  readonly kernels: number;
  /** Those whose cut was taken from choices that were given. */
  readonly known: number;
  /** Those that were measured. Others are cut as usual. */
  readonly measured: number;
  readonly milliseconds: number;
  /** Why choices that were given were left aside. */
  readonly note?: string;
}

/** Those of some choices that are of this engine and this machine, or why there are none. */
function choicesFor(
  given: readonly Choices[],
  engine: Engine,
  machine: Machine,
): { readonly choices?: Choices; readonly note?: string } {
  let note: string | undefined;
  for (const choices of given) {
    const difference =
      choices.engine === engine.name ? machineDifference(choices.machine, machine) : undefined;
    if (choices.engine === engine.name && difference === undefined) return { choices };
    const why =
      choices.engine === engine.name
        ? `of another machine (${difference})`
        : `of the engine ${choices.engine}, not ${engine.name}`;
    note ??= `the choices that were given are ${why}`;
  }
  return note === undefined ? {} : { note };
}

/** Whether all kernels together are faster with cuts that were the best one by one; else each is cut as usual. */
async function confirmed(
  network: Network,
  engine: Engine,
  subjects: readonly Subject[],
  choices: KernelChoices,
): Promise<boolean> {
  const isUsual = ({ kind, key, candidates }: Subject): boolean =>
    JSON.stringify(choices[kind][key]) === JSON.stringify(candidates[0]);
  if (subjects.every(isUsual)) return true;
  const none = new Map();
  return (await gainOf(network, [{ ...engine, choices }, none], [engine, none])) >= 1;
}

/**
 * Measures how a network's kernels cut their work best on this machine, and with `'full'` which run in strips; that takes twice the
 * network's memory while it lasts. What choices of this machine know already is not measured again.
 */
export async function tuneNetwork(
  network: Network,
  plain: Engine,
  effort: Effort,
  given: readonly Choices[],
): Promise<{ readonly choices: Choices; readonly tuning: Tuning }> {
  const start = performance.now();
  const budget: Budget = {
    ...budgets[effort],
    deadline: effort === 'quick' ? start + quickBudget : Infinity,
  };
  const here = await machineHere(plain);
  const { choices: known, note } = choicesFor(given, plain, here);
  const machine = known?.machine ?? here;
  const before: KernelChoices = known ?? { depthwise: {}, products: {} };
  const engine: Engine = { ...plain, limits: limitsFor(machine) };
  const plan = planNetwork(network, engine, 'off');
  const subjects = subjectsOf(plan);
  const unknown = unknownOf(subjects, known?.tried ?? {}, budget.cuts);
  const found = await chooseBlocks(network, plan, unknown, budget);
  let own = found.choices;
  let fused: Readonly<Record<string, boolean>> = known?.fused ?? {};
  if (effort === 'full') {
    const measured = unknown.filter(({ key }) => found.tried[key] !== undefined);
    if (!(await confirmed(network, engine, measured, own)))
      own = choicesOf(measured.map((subject) => [subject, subject.candidates[0] as Block]));
    const choices = joinChoices(before, own);
    const groups = new Map(Object.entries(fused));
    fused = { ...fused, ...Object.fromEntries(await chooseFusion(network, { ...engine, choices }, groups)) };
  }
  return {
    choices: {
      format: choicesFormat,
      engine: engine.name,
      machine,
      ...joinChoices(before, own),
      fused,
      tried: { ...known?.tried, ...found.tried },
    },
    tuning: {
      kernels: subjects.length,
      known: subjects.length - unknown.length,
      measured: Object.keys(found.tried).length,
      milliseconds: performance.now() - start,
      ...(note !== undefined && { note }),
    },
  };
}

/** Of some choices those of this machine, for a network; nothing but the machine is measured. */
export async function takeChoices(
  network: Network,
  plain: Engine,
  given: readonly Choices[],
): Promise<{ readonly choices?: Choices; readonly tuning: Tuning }> {
  const start = performance.now();
  const { choices, note } = choicesFor(given, plain, await machineHere(plain));
  const limits = choices && limitsFor(choices.machine);
  const subjects = subjectsOf(planNetwork(network, { ...plain, ...(limits && { limits }) }, 'off'));
  return {
    ...(choices && { choices }),
    tuning: {
      kernels: subjects.length,
      known: subjects.length - unknownOf(subjects, choices?.tried ?? {}, 1).length,
      measured: 0,
      milliseconds: performance.now() - start,
      ...(note !== undefined && { note }),
    },
  };
}
