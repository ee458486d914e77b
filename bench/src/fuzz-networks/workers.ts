/** @file The seeds dealt out to processes: each has engines of its own, and an engine that kills one fails a seed, not the run. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Outcome, Share } from './run-seeds.ts';

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));

/** Runs a share in a process of its own; one that dies fails the seed it was at, and another goes on behind that. */
async function runShare(share: Share, onOutcome: (outcome: Outcome) => void): Promise<void> {
  let next = share.seed;
  while (next < share.end) {
    const child = fork(worker, [JSON.stringify({ ...share, seed: next })]);
    child.on('message', (outcome: Outcome) => {
      next = outcome.seed + share.step;
      onOutcome(outcome);
    });
    const ending = await new Promise<string>((resolve) => {
      child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    if (next >= share.end) return;
    const failures = [`FAILED: seed ${next}: the process that ran it ended with ${ending}\n`];
    onOutcome({ seed: next, compiled: 0, failures });
    next += share.step;
  }
}

/** Runs the seeds from `seed` to before `end` in so many processes at once. */
export async function runInWorkers(
  { seed, end, engines }: Omit<Share, 'step'>,
  workers: number,
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  const shares = Array.from({ length: workers }, (_, index) => ({
    seed: seed + index,
    end,
    step: workers,
    engines,
  }));
  await Promise.all(shares.map((share) => runShare(share, onOutcome)));
}
