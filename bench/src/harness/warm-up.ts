/** @file Running something until the compilers are done with it, and timing it then. */

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Turns of warming up: at most, and in a row without getting faster until it ends. */
const mostTurns = 24;
const steadyTurns = 4;

/**
 * Lets the compilers finish: runs and pauses in turns until nothing becomes faster. V8 compiles the fast version in the
 * background, and on a busy machine late; one turn without change proves nothing.
 */
export async function warmUp(run: () => void, sampleMs: number): Promise<number> {
  let best = Infinity;
  let steady = 0;
  for (let turn = 0; turn < mostTurns && steady < steadyTurns; turn++) {
    const start = performance.now();
    let runs = 0;
    do {
      run();
      runs++;
    } while (performance.now() - start < 4 * sampleMs || runs < 4);
    const each = (performance.now() - start) / runs;
    steady = each > 0.97 * best ? steady + 1 : 0;
    best = Math.min(best, each);
    await pause(10);
  }
  return best;
}

/** Mean milliseconds of `runs` runs. */
export function timeOf(run: () => void, runs: number): number {
  const start = performance.now();
  for (let i = 0; i < runs; i++) run();
  return (performance.now() - start) / runs;
}
