/**
 * @file MobileNets in @sepconv and in the runtimes that one would otherwise take, one process per contender, in turns.
 *
 *   npm run -s bench:peers -- [--json] [--quick] [--rounds N] [--browser] [--models A,B] [--contenders A,B]
 *
 * bench/NOTES.md says what is measured how.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserHost } from './harness/browser-host.ts';
import { installedVersions, noteCircumstances } from './harness/machine.ts';
import { nodeHost } from './harness/node-host.ts';
import { chosen, readOptions } from './harness/options.ts';
import type { WorkerHost } from './harness/worker.ts';
import { assetPrefixes } from './peers/asset-prefixes.ts';
import { fileNames, fileSubject, missingFiles } from './peers/files.ts';
import { measureModel, type Refusal, type Schedule, type Subject } from './peers/measure.ts';
import { buildModel, defaultModels, parseModelName } from './peers/models.ts';
import type { PeerWorker } from './peers/peer-worker.ts';
import { type PeerRow, ratiosOf } from './peers/ratios.ts';
import { formatPeers, type PeerReport } from './peers/report.ts';

const everywhere = [
  'sepconv-simd128',
  'sepconv-relaxed',
  'sepconv-auto',
  'onnxruntime-web',
  'tfjs-backend-wasm',
];
const inNode = [...everywhere, 'sepconv-wide', 'onnxruntime-node'];

const usage = `usage: npm run -s bench:peers -- [--json] [--quick] [--rounds N] [--browser]
         [--models ${[...defaultModels, ...fileNames].join(',')}]
         [--contenders ${inNode.slice(0, 3).join(',')},...]`;

const options = readOptions(usage, ['models', 'contenders'], { full: 24, quick: 2 });

const schedule: Schedule = {
  loads: options.quick ? 1 : 5,
  rounds: options.rounds,
  warmUpRuns: options.quick ? 3 : 12,
  warmUpMs: options.quick ? 50 : 1000,
  untimedPerTurn: 1,
  timedPerTurn: options.quick ? 1 : 4,
};

/** Of files, tfjs reads none, and ONNX Runtime has no ONNX file of the integer network. */
const canRun = (contender: string, { file }: Subject): boolean =>
  file === undefined ||
  contender.startsWith('sepconv') ||
  (contender.startsWith('onnxruntime') && file.arithmetic !== 'integer');

const distOf = (name: string): string => dirname(fileURLToPath(import.meta.resolve(name)));

const hostOf = (): Promise<WorkerHost<PeerWorker>> =>
  options.browser
    ? browserHost('peers/worker-browser.ts', {
        [assetPrefixes.onnxruntimeWeb]: distOf('onnxruntime-web'),
        [assetPrefixes.tfjsBackendWasm]: distOf('@tensorflow/tfjs-backend-wasm'),
      })
    : nodeHost('peers/worker-node.ts');

try {
  const files = options.browser ? [] : fileNames;
  const models = options.lists.models ?? [...defaultModels, ...files];
  for (const model of models) if (!files.includes(model)) parseModelName(model);
  if (missingFiles.length > 0) console.error(`skipped, for lack of their files: ${missingFiles.join(', ')}`);
  const contenders = chosen('contender', options.browser ? everywhere : inNode, options.lists.contenders);
  const finish = noteCircumstances(
    installedVersions(['onnxruntime-web', 'onnxruntime-node', '@tensorflow/tfjs-backend-wasm']),
  );
  const host = await hostOf();
  const rows: PeerRow[] = [];
  const refusals: Refusal[] = [];
  for (const model of models) {
    const subject: Subject = files.includes(model)
      ? await fileSubject(model)
      : { name: model, ...buildModel(model) };
    const able = contenders.filter((contender) => canRun(contender, subject));
    const result = await measureModel(host, subject, able, schedule, (line) => console.error(line));
    rows.push(...result.rows);
    refusals.push(...result.refusals);
  }
  await host.close();
  const report: PeerReport = {
    bench: 'peers',
    host: host.name,
    quick: options.quick,
    circumstances: finish(host.versions()),
    schedule,
    rows,
    refusals,
    ratios: ratiosOf(rows),
  };
  console.log(options.json ? JSON.stringify(report, null, 2) : formatPeers(report));
  if (refusals.length > 0) process.exitCode = 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
