/**
 * @file A plan that several threads run. Its inputs keep their places through a run, so that it can be repeated: when a thread
 * is lost in the middle of one, the memory is given up, because the thread might be late and not dead, and the run is done
 * again, by one thread, in a memory of its own.
 */
import type { Weights } from '@sepconv/graph';
import { byteLength } from '@sepconv/tensor';
import {
  type Instance,
  instantiatePlan,
  type PlannedInstance,
  type Runnable,
  type SessionThreads,
} from '../instantiate.js';
import type { Plan } from '../plan/plan.js';
import { bindSteps, memoryFor, type RunUnits } from '../program/instance.js';
import { allocateMemory, findMemory } from '../program/memory.js';
import { coreCount, enterPool, type Membership, mostThreads, threadObstacle } from './pool.js';
import { sharedSteps } from './shared-steps.js';

/** How many threads a plan is worth, of those that are asked for. */
function threadsWorth(wanted: number | 'auto', { steps }: Plan): number {
  const most = steps.reduce((sum, { threads }) => Math.max(sum, threads), 1);
  return Math.min(wanted === 'auto' ? coreCount() : wanted, most, mostThreads);
}

/** Where the inputs lie, in a memory. */
function inputsIn({ inputs }: Plan, memory: WebAssembly.Memory): readonly Uint8Array[] {
  return inputs.map((value) => new Uint8Array(memory.buffer, value.address, byteLength(value)));
}

/** An instance whose runs are shared out; it may move to another memory, and then takes its inputs from where they were. */
class ThreadedInstance implements Runnable, SessionThreads {
  readonly #module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  steps: readonly RunUnits[];
  readonly #plan: Plan;
  readonly #threads: number;
  readonly #member: Membership;
  #runAlone: () => void;
  /** Pairs of the inputs as users see them and as a memory that was moved to has them. */
  #moved: readonly (readonly [from: Uint8Array, to: Uint8Array])[] = [];
  #hasToMove = false;

  constructor(plan: Plan, instance: Instance, threads: number, member: Membership) {
    this.#plan = plan;
    this.#threads = threads;
    this.#member = member;
    this.#module = instance.module;
    this.memory = instance.memory;
    this.steps = instance.steps;
    this.#runAlone = instance.run;
    const { module, memory, exports } = instance;
    member.join({ module, memory, steps: sharedSteps(plan, exports) });
  }

  get count(): number {
    return this.#member.threads;
  }

  get memoryBytes(): number {
    return memoryFor(this.#plan, this.#threads);
  }

  get report(): string {
    const count = this.count === 1 ? 'one thread' : `${this.count} threads`;
    const yet = this.#member.isSettled ? '' : ' so far';
    const missing = this.count < this.#threads ? `${count} of ${this.#threads}${yet}` : count;
    return [missing, this.#member.report].filter((text) => text !== '').join('; ');
  }

  ready(): Promise<void> {
    return this.#member.ready();
  }

  run(): void {
    if (this.#hasToMove) this.#move();
    this.#takeInputs();
    if (this.count === 1) this.#runAlone();
    else if (!this.#member.run(0)) {
      this.#hasToMove = true;
      this.#move();
      this.#runAlone();
    }
  }

  timeSteps(): readonly number[] {
    if (this.#hasToMove) this.#move();
    this.#takeInputs();
    const starts = this.steps.map(() => 0);
    const noting = this.steps.map(
      (run, index): RunUnits =>
        (first, end) => {
          starts[index] ||= performance.now();
          run(first, end);
        },
    );
    if (!this.#member.run(0, noting)) this.#hasToMove = true;
    let next = performance.now();
    // A step of which others have taken all pieces took no time here.
    const times = starts.map(() => 0);
    for (let index = starts.length - 1; index >= 0; index--) {
      const start = starts[index] || next;
      times[index] = next - start;
      next = start;
    }
    return times;
  }

  leave(): void {
    this.#member.leave();
  }

  #takeInputs(): void {
    for (const [from, to] of this.#moved) to.set(from);
  }

  /** To a memory that no thread of the past can reach. Weights and inputs are only read by kernels, so they are whole. */
  #move(): void {
    const plan = this.#plan;
    const memory = allocateMemory(memoryFor(plan, this.#threads), undefined, true);
    const { exports } = new WebAssembly.Instance(this.#module, { environment: { memory } });
    const kept = plan.weightsAddress + plan.weightBytes;
    new Uint8Array(memory.buffer).set(new Uint8Array(this.memory.buffer, 0, kept));
    const own = inputsIn(plan, memory);
    const seen = this.#moved.length > 0 ? this.#moved.map(([from]) => from) : inputsIn(plan, this.memory);
    this.#moved = seen.map((from, index) => [from, own[index] as Uint8Array]);
    this.#takeInputs();
    this.memory = memory;
    const steps = bindSteps(plan, exports);
    this.steps = steps.map((run) => (first, end) => {
      this.#takeInputs();
      run(first, end);
    });
    this.#runAlone = exports.run as () => void;
    this.#hasToMove = false;
    this.#member.join({ module: this.#module, memory, steps: sharedSteps(plan, exports) });
  }
}

/** One thread, and why not more. */
async function alone(plan: Plan, weights: Weights, why: string): Promise<PlannedInstance> {
  const instance = await instantiatePlan(plan, weights);
  const threads = {
    count: 1,
    report: `one thread: ${why}`,
    memoryBytes: plan.memoryBytes,
    ready: async () => {},
    timeSteps: () =>
      plan.steps.map(({ units }, index) => {
        const before = performance.now();
        instance.steps[index]?.(0, units);
        return performance.now() - before;
      }),
    leave: () => {},
  };
  return { plan, instance, threads };
}

/**
 * As `instantiatePlan`, for several threads, which start while weights are packed, or for one where there can be no more.
 *
 * @param planFor - The plan for several threads, or for one.
 */
export async function instantiateThreaded(
  planFor: (isShared: boolean) => Plan,
  weights: Weights,
  wanted: number | 'auto',
  script: string | URL | undefined,
): Promise<PlannedInstance> {
  const obstacle = threadObstacle();
  if (obstacle !== undefined) return alone(planFor(false), weights, obstacle);
  const plan = planFor(true);
  const count = threadsWorth(wanted, plan);
  if (count === 1) {
    const why =
      wanted === 'auto' && coreCount() === 1 ? 'there is one core' : 'no step is worth a second one';
    return alone(planFor(false), weights, why);
  }
  const member = enterPool(count, script);
  try {
    const shared = await findMemory(memoryFor(plan, count), true).catch(() => undefined);
    if (shared === undefined) {
      member.leave();
      return alone(planFor(false), weights, 'this system gives no more memory that threads could share');
    }
    const instance = await instantiatePlan(plan, weights, { runners: count, shared });
    const threads = new ThreadedInstance(plan, instance, count, member);
    return { plan, instance: threads, threads };
  } catch (error) {
    member.leave();
    throw error;
  }
}
