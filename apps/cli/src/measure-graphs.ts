import { type Graph, initializeWeights, type Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { type MeasureOptions, measure, type Timing } from '@sepconv/kernels/measure';
import { createRandom, randomTensor } from '@sepconv/tensor';
import type { EngineChoice, ThreadsChoice } from './commands/arguments.js';

/** Weights and inputs are the same on every machine; the times do not depend on them. */
const seed = 1;

/** The engine that ran, and why that one. */
export interface EngineReport {
  readonly name: string;
  readonly reason: string;
}

/** An engine's name and, where there is one, why it runs: `wide (passed its self-check)`. */
export const engineText = ({ name, reason }: EngineReport): string =>
  reason === '' ? name : `${name} (${reason})`;

async function candidateOf(name: string, network: Network, engine: EngineChoice, threads: ThreadsChoice) {
  // The process is this command's own, so the engine may switch on V8 flags that it gains from.
  const session = await compile(network, { engine, allowProcessFlags: true, threads });
  await session.ready();
  const inputs = network.graph.inputs.map(({ name: input, shape }) => ({
    input,
    data: randomTensor(shape, createRandom(seed)).data,
  }));
  // Copying an input takes longer than the depthwise step of a layer, and is not what is measured.
  const prepare = () => {
    for (const { input, data } of inputs) session.inputs.get(input)?.data.set(data);
  };
  const run = () => {
    session.run();
  };
  return { name, prepare, run, session };
}

/** Networks that were timed side by side. */
export interface MeasuredGraphs<Name extends string> {
  readonly engine: EngineReport;
  readonly timings: Readonly<Record<Name, Timing>>;
  /** Whether the times had settled when the measurement ended. */
  readonly isSteady: boolean;
}

/** What is timed: a network with its weights, or a graph, which gets seeded ones. */
type Measured = Graph | Network;

const withWeights = (given: Measured): Network =>
  'graph' in given ? given : { graph: given, weights: initializeWeights(given, seed) };

/** Compiles networks and times them side by side; timings by the names given. */
export async function measureGraphs<Name extends string>(
  graphs: Readonly<Record<Name, Measured>>,
  engine: EngineChoice,
  { threads = 1, ...options }: MeasureOptions & { readonly threads?: ThreadsChoice } = {},
): Promise<MeasuredGraphs<Name>> {
  const candidates: Awaited<ReturnType<typeof candidateOf>>[] = [];
  try {
    // One after the other: together they would hold two copies of every weight at once.
    for (const [name, given] of Object.entries<Measured>(graphs)) {
      candidates.push(await candidateOf(name, withWeights(given), engine, threads));
    }
    const { timings, isSteady } = await measure(candidates, options);
    const { name, reason } = (candidates[0] as (typeof candidates)[number]).session.engine;
    return {
      engine: { name, reason },
      timings: Object.fromEntries(timings) as Record<Name, Timing>,
      isSteady,
    };
  } finally {
    for (const { session } of candidates) session.dispose();
  }
}
