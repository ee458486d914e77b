/** Runs each once, in turn, and keeps the shortest time of each so far, in milliseconds. */
export function runRound(runs: readonly (() => void)[], best: number[]): void {
  for (const [i, run] of runs.entries()) {
    const before = performance.now();
    run();
    best[i] = Math.min(best[i] as number, performance.now() - before);
  }
}
