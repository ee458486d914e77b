/**
 * @file Milliseconds of networks for one image, all in turns. What counts is the fastest round: these networks take microseconds,
 * so whatever else the machine does can only add to them, and by different amounts.
 */
import { type Graph, initializeWeights } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { timeOf } from '../harness/warm-up.ts';

const rounds = 100;
/** Short runs are measured together. */
const runsPerRound = 10;

/** The engine and the least time of each graph. Weights do not matter for the time. */
export async function measure(
  graphs: ReadonlyMap<string, Graph>,
): Promise<{ engine: string; milliseconds: Record<string, number> }> {
  const sessions = await Promise.all(
    [...graphs].map(async ([name, graph]) => {
      const session = await compile(
        { graph, weights: initializeWeights(graph, 1) },
        { allowProcessFlags: true },
      );
      for (let i = 0; i < 2 * runsPerRound; i++) session.run();
      return { name, session, times: [] as number[] };
    }),
  );
  for (let round = 0; round < rounds; round++) {
    for (const { session, times } of sessions) times.push(timeOf(() => session.run(), runsPerRound));
  }
  return {
    engine: sessions[0]?.session.engine.name ?? 'none',
    milliseconds: Object.fromEntries(sessions.map(({ name, times }) => [name, Math.min(...times)])),
  };
}
