/**
 * @file Random networks for as long as one likes, on every engine and with every way to fuse.
 *
 *   npm run -s fuzz:networks -- [--count N] [--seed N] [--engine simd128|relaxed|wide] [--workers N]
 *
 * Network `seed + i` is always the same one: `--seed 123 --count 1` runs a failing one again.
 */
import { fusionDecisions } from '@sepconv/kernels/toolkit';
import { findEngines } from './fuzz-networks/implementations.ts';
import { type FuzzOptions, parseOptions, usage } from './fuzz-networks/options.ts';
import { runInWorkers } from './fuzz-networks/workers.ts';

/** Seconds between two lines about how far it is. */
const reportEvery = 20;

/** Runs what the options say, and returns whether everything ran and nothing failed. */
async function fuzz({ seed, count, engines: wanted, workers }: FuzzOptions): Promise<boolean> {
  const { engines, missing } = await findEngines(wanted);
  for (const line of missing) console.error(line);
  const names = wanted.filter((name) => engines.some((engine) => engine.name === name));
  const failed: number[] = [];
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const rate = (networks: number): string => `${(networks / seconds()).toFixed(1)} networks a second`;
  let [done, compiled, reported] = [0, 0, 0];
  await runInWorkers({ seed, end: seed + count, engines: names }, workers, (outcome) => {
    done += 1;
    compiled += outcome.compiled;
    for (const failure of outcome.failures) console.log(failure);
    if (outcome.failures.length > 0) failed.push(outcome.seed);
    if (seconds() - reported < reportEvery) return;
    reported = seconds();
    console.error(`${done} of ${count}, ${failed.length} failed, ${rate(done)}`);
  });
  const seeds = failed.length === 0 ? '' : `: seeds ${failed.sort((a, b) => a - b).join(', ')}`;
  console.log(
    `${done} networks × ${names.join(', ')} × ${fusionDecisions.size} ways to fuse (${compiled} different plans) in ${seconds().toFixed(0)} s, ${rate(done)}, ${failed.length} failed${seeds}`,
  );
  return failed.length === 0 && names.length > 0 && missing.length === 0;
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else if (!(await fuzz(options))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
