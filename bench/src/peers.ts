/**
 * @file MobileNets in @sepconv and in the runtimes that one would otherwise take, one process per contender, in turns.
 *
 *   npm run -s bench:peers -- [--json] [--quick] [--rounds N] [--browser] [--models A,B] [--contenders A,B]
 *     [--threads N]
 *
 * bench/NOTES.md says what is measured how.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserHost } from './harness/browser-host.ts';
import { installedVersions, noteCircumstances } from './harness/machine.ts';
import { nodeHost } from './harness/node-host.ts';
import { chosen, readOptions } from './harness/options.ts';
import { processor } from './harness/processor.ts';
import type { WorkerHost } from './harness/worker.ts';
import { assetPrefixes } from './peers/asset-prefixes.ts';
import { fileNames, fileSubject, integerNames, missingFiles } from './peers/files.ts';
import { float32Suffix, measureModel, type Refusal, type Schedule, type Subject } from './peers/measure.ts';
import { buildModel, defaultModels, parseModelName } from './peers/models.ts';
import type { PeerWorker } from './peers/peer-worker.ts';
import { type PeerRow, ratiosOf } from './peers/ratios.ts';
import { formatPeers, type PeerReport } from './peers/report.ts';

const narrow = ['sepconv-simd128', 'sepconv-relaxed'];
/** Those that compute a quantized network in real numbers too. */
const both = (engines: readonly string[]): string[] =>
  engines.flatMap((name) => [name, `${name}${float32Suffix}`]);
const everywhere = [...both(narrow), 'sepconv-auto', 'onnxruntime-web', 'tfjs-backend-wasm'];
const inNode = [...everywhere, ...both(['sepconv-wide']), 'onnxruntime-node'];
const inBrowser = [...everywhere, 'litert.js'];

const usage = `usage: npm run -s bench:peers -- [--json] [--quick] [--rounds N] [--browser]
         [--models ${[...defaultModels, ...fileNames].join(',')}]
         [--contenders ${[...narrow, 'onnxruntime-web'].join(',')},...] [--threads N]`;

const options = readOptions(usage, ['models', 'contenders', 'threads'], { full: 24, quick: 2 });

const threads = Number(options.lists.threads?.[0] ?? 1);
if (!Number.isInteger(threads) || threads < 1) throw new Error(`--threads takes a number, not "${threads}"`);

const schedule: Schedule = {
  loads: options.quick ? 1 : 5,
  rounds: options.rounds,
  warmUpRuns: options.quick ? 3 : 12,
  warmUpMs: options.quick ? 50 : 1000,
  untimedPerTurn: 1,
  timedPerTurn: options.quick ? 1 : 4,
  threads,
};

/** Of files, tfjs reads none, and LiteRT.js those of TFLite, whose integers it computes with. */
function canRun(contender: string, { file, float32 }: Subject): boolean {
  if (contender.endsWith(float32Suffix)) return float32 !== undefined;
  if (contender === 'litert.js') return file?.arithmetic === 'integer';
  return file === undefined || contender !== 'tfjs-backend-wasm';
}

const distOf = (name: string): string => dirname(fileURLToPath(import.meta.resolve(name)));

const hostOf = (): Promise<WorkerHost<PeerWorker>> =>
  options.browser
    ? browserHost('peers/worker-browser.ts', {
        [assetPrefixes.litert]: join(dirname(distOf('@litertjs/core')), 'wasm'),
        [assetPrefixes.onnxruntimeWeb]: distOf('onnxruntime-web'),
        [assetPrefixes.tfjsBackendWasm]: distOf('@tensorflow/tfjs-backend-wasm'),
        [assetPrefixes.kernels]: distOf('@sepconv/kernels'),
      })
    : nodeHost('peers/worker-node.ts');

try {
  const models = options.lists.models ?? [...defaultModels, ...(options.browser ? integerNames : fileNames)];
  for (const model of models) if (!fileNames.includes(model)) parseModelName(model);
  if (missingFiles.length > 0) console.error(`skipped, for lack of their files: ${missingFiles.join(', ')}`);
  const contenders = chosen('contender', options.browser ? inBrowser : inNode, options.lists.contenders);
  const finish = noteCircumstances(
    installedVersions([
      'onnxruntime-web',
      'onnxruntime-node',
      '@tensorflow/tfjs-backend-wasm',
      '@litertjs/core',
    ]),
  );
  const host = await hostOf();
  const rows: PeerRow[] = [];
  const refusals: Refusal[] = [];
  for (const model of models) {
    const subject: Subject = fileNames.includes(model)
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
    ratios: ratiosOf(rows, processor().hasByteProducts),
  };
  console.log(options.json ? JSON.stringify(report, null, 2) : formatPeers(report));
  if (refusals.length > 0) process.exitCode = 1;
} catch (error) {
  console.error((error as Error).message);
  // Workers and browsers of what was cut short would keep the process alive.
  process.exit(1);
}
