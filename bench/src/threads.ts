/**
 * @file What threads cost and survive: the price of a barrier, the time of a pool that has nothing to do, and thousands of runs
 * while other processes want the cores as well.
 *
 *   npm run -s bench:threads -- [--json] [--quick] [--rounds N] [--threads N] [--load N]
 *
 * `--rounds` counts the runs under load, 10,000 by default, `--load` the processes beside them.
 */
import { noteCircumstances } from './harness/machine.ts';
import { readOptions } from './harness/options.ts';
import { formatTable } from './harness/table.ts';
import { measureBarrier } from './threads/barrier.ts';
import { measureIdle } from './threads/idle.ts';
import { runUnderLoad } from './threads/under-load.ts';

const usage = 'usage: npm run -s bench:threads -- [--json] [--quick] [--rounds N] [--threads N] [--load N]';
const options = readOptions(usage, ['threads', 'load'], { full: 10_000, quick: 200 });

/** A whole number of an option. */
function countOf(name: 'threads' | 'load', fallback: number): number {
  const count = Number(options.lists[name]?.[0] ?? fallback);
  if (Number.isInteger(count) && count >= 0) return count;
  console.error(`--${name} takes a whole number\n${usage}`);
  process.exit(2);
}

const threads = countOf('threads', 2);
const load = countOf('load', 3);
const finish = noteCircumstances({});
const barrier = await measureBarrier(threads, options.quick);
const idle = await measureIdle(threads, options.quick ? 500 : 5000);
const underLoad = await runUnderLoad({ threads, load, runs: options.rounds });
const report = { bench: 'threads', threads, barrier, idle, underLoad, circumstances: finish({}) };
if (options.json) console.log(JSON.stringify(report, null, 2));
else {
  const rows = [
    ['a barrier, median', `${barrier.medianUs.toFixed(2)} µs`],
    ['a barrier, upper quartile', `${barrier.upperUs.toFixed(2)} µs`],
    ['a step that one thread does', `${barrier.aloneUs.toFixed(2)} µs`],
    ['a pool with nothing to do', `${(100 * idle.share).toFixed(2)} % of a core`],
    [
      'runs under load',
      `${underLoad.runs}, ${underLoad.wrong} of them wrong, ${underLoad.load} other processes`,
    ],
    [
      'the slowest of them',
      `${underLoad.slowestMs.toFixed(1)} ms, the median ${underLoad.medianMs.toFixed(1)}`,
    ],
  ];
  console.log(formatTable(['what', 'found'], rows));
  console.log(`\n${underLoad.engine}`);
}
if (underLoad.wrong > 0) process.exitCode = 1;
