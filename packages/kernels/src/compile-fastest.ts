import type { Network } from '@sepconv/graph';
import { EngineError } from './errors.js';
import { runRound } from './run-round.js';
import { type CompileOptions, compile, type Session } from './session.js';

/** Options of {@link compileFastest}. */
export interface CompileFastestOptions extends CompileOptions {
  /** Milliseconds for the runs of all networks together, compiling aside. Default 300. */
  readonly budget?: number;
}

/** The network that was fastest, compiled. */
export interface FastestSession<Name extends string> {
  readonly name: Name;
  readonly session: Session;
  /** The shortest run of each network in milliseconds, of interleaved runs; of a single network nothing is measured. */
  readonly milliseconds: ReadonlyMap<Name, number>;
}

/** Runs of each network at least, however long they take: the first pays for memory that nobody touched yet. */
const leastRounds = 3;

/** V8 replaces code by its optimized version between two turns of the event loop. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** The shortest of interleaved runs of each session. */
async function shortestRuns(sessions: readonly Session[], budget: number): Promise<number[]> {
  const best = sessions.map(() => Infinity);
  const runs = sessions.map((session) => () => session.run());
  const start = performance.now();
  for (let round = 0; round < leastRounds || performance.now() - start < budget; round++) {
    runRound(runs, best);
    await nextTurn();
  }
  return best;
}

/**
 * Compiles networks that are to answer the same question, runs them in turns for a moment, and keeps the fastest: a quantized
 * model as real numbers and as its integers, or a model before and after a change. Which one it is depends on the machine and
 * the engine. While it lasts all of them are in memory.
 *
 * @throws {EngineError} when there is no network, and as {@link compile} for each of them.
 *
 * @example
 * const networks = {
 *   float32: (await readNetwork(bytes)).network,
 *   integer: (await readNetwork(bytes, { arithmetic: 'integer' })).network,
 * };
 * const { name, session } = await compileFastest(networks);
 */
export async function compileFastest<const Name extends string>(
  networks: Readonly<Record<Name, Network>>,
  given: CompileFastestOptions = {},
): Promise<FastestSession<Name>> {
  for (const [what, value] of Object.entries({ networks, options: given })) {
    if (typeof value !== 'object' || value === null) {
      throw new EngineError(`${what} must be an object, but is ${String(value)}`);
    }
  }
  const { budget = 300, ...options } = given;
  const names = Object.keys(networks) as Name[];
  if (names.length === 0) throw new EngineError('there is no network to compile: give at least one by name');
  const sessions: Session[] = [];
  try {
    for (const name of names) sessions.push(await compile(networks[name], options));
    const times = names.length === 1 ? [] : await shortestRuns(sessions, budget);
    const fastest = Math.max(0, times.indexOf(Math.min(...times)));
    const [session] = sessions.splice(fastest, 1) as [Session];
    return {
      name: names[fastest] as Name,
      session,
      milliseconds: new Map(times.map((time, i) => [names[i] as Name, time])),
    };
  } finally {
    for (const session of sessions) session.dispose();
  }
}
