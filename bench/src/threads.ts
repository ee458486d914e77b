/**
 * @file What threads bring, cost and survive: how much faster networks are, and how much faster the machine's cores let them be at most; the
 * price of a barrier, the time of a pool that has nothing to do, and thousands of runs while other processes want the cores as well.
 * With `--browser` how often a page draws that classifies pictures meanwhile.
 *
 *   npm run -s bench:threads -- [--json] [--quick] [--browser] [--rounds N] [--threads N] [--load N] [--models A,B]
 *
 * `--rounds` counts the runs under load, 10,000 by default, `--load` the processes beside them.
 */
import { noteCircumstances } from './harness/machine.ts';
import { readOptions } from './harness/options.ts';
import { formatTable } from './harness/table.ts';
import { measureBarrier } from './threads/barrier.ts';
import { measurePageFrames, picturesPerSecond } from './threads/frames.ts';
import { measureIdle } from './threads/idle.ts';
import { measureScaling } from './threads/scaling.ts';
import { runUnderLoad } from './threads/under-load.ts';

const usage = `usage: npm run -s bench:threads -- [--json] [--quick] [--browser] [--rounds N] [--threads N] [--load N]
         [--models v1-1.0-224,v2-1.0-224,v1-0.25-128]`;
const options = readOptions(usage, ['threads', 'load', 'models'], { full: 10_000, quick: 200 });
const models = options.lists.models ?? ['v1-1.0-224', 'v2-1.0-224', 'v1-0.25-128'];

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

/** Of a page in Chromium. */
async function ofPages(): Promise<void> {
  const pages = await measurePageFrames(threads, options.quick ? 1 : 10);
  const report = { bench: 'threads', threads, pages, circumstances: finish({}) };
  if (options.json) return console.log(JSON.stringify(report, null, 2));
  const rows = pages.map(({ place, threads: count, frames }) => [
    place,
    place === 'nowhere' ? '' : count,
    frames.drawnPerSecond.toFixed(1),
    frames.longestGapMs.toFixed(0),
    frames.classifiedPerSecond.toFixed(1),
    frames.latencyMs.toFixed(2),
  ]);
  const head = [
    'V2 0.35-96 runs in',
    'threads',
    'drawn / s',
    'longest gap, ms',
    'classified / s',
    'answer, ms',
  ];
  console.log(
    `a page that is asked for ${picturesPerSecond} pictures in a second\n\n${formatTable(head, rows)}`,
  );
  for (const { frames } of pages) if (frames.engine !== '') console.log(frames.engine);
}

/** Of this process. */
async function ofNode(): Promise<void> {
  const scaling = [];
  for (const model of models) scaling.push(await measureScaling(model, threads, options.quick ? 1 : 16));
  const barrier = await measureBarrier(threads, options.quick);
  const idle = await measureIdle(threads, options.quick ? 500 : 5000);
  const underLoad = await runUnderLoad({ threads, load, runs: options.rounds });
  const report = { bench: 'threads', threads, scaling, barrier, idle, underLoad, circumstances: finish({}) };
  if (underLoad.wrong > 0) process.exitCode = 1;
  if (options.json) return console.log(JSON.stringify(report, null, 2));
  const head = ['model', 'engine', '1 thread, ms', `${threads} threads`, 'times as fast', 'ceiling', 'of it'];
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
  const scaled = scaling.map(({ model, engine, aloneMs, threadsMs, speedup, ceiling }) => [
    model,
    engine,
    aloneMs,
    threadsMs,
    speedup.toFixed(2),
    ceiling.toFixed(2),
    (speedup / ceiling).toFixed(2),
  ]);
  console.log(formatTable(head, scaled));
  console.log('ceiling: networks of their own side by side, on as many threads\n');
  console.log(formatTable(['what', 'found'], rows));
  console.log(`\n${underLoad.engine}`);
}

await (options.browser ? ofPages() : ofNode());
