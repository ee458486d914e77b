/**
 * @file Every depthwise–pointwise pair of the MobileNets fused and unfused, every inverted residual, and the whole
 * networks: what fusing gains, and whether the planner chooses the faster one.
 *
 *   npm run -s bench:fusion -- [--json] [--quick] [--rounds N] [--engine A,B] [--models A,B] [--only TEXT,...]
 *
 * bench/NOTES.md says what is measured how.
 */
import { type EngineName, engineNames } from '@sepconv/kernels';
import type { FusionWorker } from './fusion/fusion-worker.ts';
import { type FusionReport, formatFusion } from './fusion/report.ts';
import { type FusionRow, rowOf } from './fusion/rows.ts';
import { type Subject, subjectCase, subjectsOf } from './fusion/subjects.ts';
import { judge, rangeOf } from './harness/judge.ts';
import { noteCircumstances } from './harness/machine.ts';
import { nodeHost } from './harness/node-host.ts';
import { chosen, readOptions } from './harness/options.ts';
import { referenceOutput } from './harness/reference.ts';
import { steadyFlags, type Worker } from './harness/worker.ts';
import { parseModelName } from './peers/models.ts';

const defaultModels = ['v1-1.0-224', 'v2-1.0-224'];

const usage = `usage: npm run -s bench:fusion -- [--json] [--quick] [--rounds N]
         [--engine ${engineNames.join(',')}] [--models ${defaultModels.join(',')}]
         [--only TEXT,...]
--only takes subjects whose kind or name contains one of the texts`;

const options = readOptions(usage, ['engine', 'models', 'only'], { full: 25, quick: 2 });

/** As for whole networks: the most that an output may be off, over its range. */
const tolerance = 1e-4;

const schedule = { rounds: options.rounds, sampleMs: options.quick ? 0.4 : 3 };

/** A smoke test takes one subject in so many. */
const quickEvery = 7;

const isSame = (a: Float32Array, b: Float32Array): boolean =>
  a.every((value, index) => Object.is(value, b[index]));

async function measure(
  worker: Worker<FusionWorker>,
  engine: EngineName,
  subject: Subject,
): Promise<FusionRow> {
  const { network, inputs } = subjectCase(subject);
  const expected = referenceOutput(network, inputs);
  const { kernels, outputs } = await worker.call('prepare', engine, subject);
  const { ok, maxError } = judge(outputs.off, expected, tolerance * rangeOf(expected));
  if (!ok) throw new Error(`${subject.name} on ${engine} is wrong: off by ${maxError}`);
  const sameBits = isSame(outputs.off, outputs.on) && isSame(outputs.off, outputs.auto);
  const ms = await worker.call('measure', schedule.rounds, schedule.sampleMs);
  return rowOf({ ...subject, engine, sameBits }, { kernels, ms });
}

function subjects(): Subject[] {
  const models = options.lists.models ?? defaultModels;
  models.forEach(parseModelName);
  const { only } = options.lists;
  const all = models
    .flatMap(subjectsOf)
    .filter(({ kind, name }) => only?.some((text) => `${kind} ${name}`.includes(text)) ?? true);
  return options.quick && only === undefined ? all.filter((_, index) => index % quickEvery === 1) : all;
}

try {
  const names = chosen('engine', engineNames, options.lists.engine);
  const finish = noteCircumstances();
  const host = await nodeHost<FusionWorker>('fusion/worker-node.ts', steadyFlags);
  const workers = await Promise.all(names.map(async (engine) => ({ engine, worker: await host.start() })));
  const rows: FusionRow[] = [];
  for (const subject of subjects()) {
    console.error(`${subject.model}: ${subject.kind} ${subject.name}`);
    for (const { engine, worker } of workers) rows.push(await measure(worker, engine, subject));
  }
  for (const { worker } of workers) await worker.close();
  await host.close();
  const report: FusionReport = {
    bench: 'fusion',
    quick: options.quick,
    circumstances: finish(),
    schedule,
    rows,
  };
  console.log(options.json ? JSON.stringify(report, null, 2) : formatFusion(report));
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
