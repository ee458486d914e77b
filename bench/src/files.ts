/**
 * @file Model files of npm packages: which run here, whether their own runtimes give the same, and how long both take.
 *
 *   npm run -s bench:files -- [--json] [--quick] [--rounds N] [--cache DIR] [--only TEXT,...] [--update FILE]
 *
 * Packages are fetched from the npm registry into a folder outside of the project. bench/NOTES.md says what is measured how.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultCache, fetchModel } from './files/fetch.ts';
import { filePrefixes } from './files/file-prefixes.ts';
import type { FileWorker } from './files/file-worker.ts';
import { type ListedModel, readList } from './files/list.ts';
import { type FileReport, formatFiles, verdictOf } from './files/report.ts';
import { type FileRow, formatOf, measureFile } from './files/row.ts';
import { browserHost } from './harness/browser-host.ts';
import { installedVersions, noteCircumstances } from './harness/machine.ts';
import { nodeHost } from './harness/node-host.ts';
import { readOptions } from './harness/options.ts';
import type { WorkerHost } from './harness/worker.ts';

const usage = `usage: npm run -s bench:files -- [--json] [--quick] [--rounds N] [--cache DIR] [--only TEXT,...]
         [--update FILE]

Fetches the packages of bench/files.json into DIR (default: ${defaultCache}), runs each file here and
in its own runtime (onnxruntime-node, TF.js, and in Chromium LiteRT.js), compares and times both.
  --quick        compares without timing
  --only TEXT    files whose name has one of the texts in it
  --update FILE  the rows of these files are replaced in FILE, a result of this bench, or written into a new one`;

const options = readOptions(usage, ['cache', 'only', 'update'], { full: 8, quick: 1 });
const callerFolder = process.env.INIT_CWD ?? '.';
const cache = resolve(callerFolder, options.lists.cache?.[0] ?? defaultCache);
const { only } = options.lists;
const models = readList().filter(
  ({ name }) => only === undefined || only.some((text) => name.includes(text)),
);
if (models.length === 0) {
  console.error(`no file of bench/files.json has ${only?.join(' or ')} in its name`);
  process.exit(2);
}

/** Bundles and servers are made once. */
const hostMakers = {
  chromium: () =>
    browserHost<FileWorker>('files/worker-browser.ts', {
      [filePrefixes.cache]: cache,
      [filePrefixes.litert]: litert,
    }),
  node: () => nodeHost<FileWorker>('files/worker-node.ts'),
};

const litert = join(dirname(dirname(fileURLToPath(import.meta.resolve('@litertjs/core')))), 'wasm');
const hosts = new Map<string, Promise<WorkerHost<FileWorker>>>();

function hostOf(kind: keyof typeof hostMakers): Promise<WorkerHost<FileWorker>> {
  const host = hosts.get(kind) ?? hostMakers[kind]();
  hosts.set(kind, host);
  return host;
}

/** TFLite's own runtime lives in pages, the others in Node; @sepconv always runs where they do. */
const kindOf = ({ member, path }: ListedModel): keyof typeof hostMakers =>
  formatOf(member ?? path) === 'tflite' ? 'chromium' : 'node';

/** The rows of a result that is there, with these in place of theirs, in the order of the list. */
function updated(path: string, rows: readonly FileRow[]): FileRow[] {
  const old = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as FileReport).rows : [];
  const byName = new Map([...old, ...rows].map((row) => [row.name, row]));
  return readList().flatMap(({ name }) => byName.get(name) ?? []);
}

try {
  const finish = noteCircumstances(
    installedVersions(['onnxruntime-node', '@tensorflow/tfjs', '@litertjs/core']),
  );
  const { rounds, quick } = options;
  const rows: FileRow[] = [];
  for (const [i, model] of models.entries()) {
    try {
      const path = fetchModel(cache, model);
      const [host, node] = [await hostOf(kindOf(model)), await hostOf('node')];
      const row = await measureFile(model, path, { host, node, cache, rounds, quick });
      rows.push({ ...row, verdict: verdictOf(row) });
      console.error(`${i + 1}/${models.length} ${verdictOf(row)}: ${model.name}`);
    } catch (error) {
      console.error(`${i + 1}/${models.length} no row: ${model.name}: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
  const versions = await Promise.all([...hosts.values()].map(async (host) => (await host).versions()));
  const report: FileReport = {
    bench: 'files',
    quick,
    circumstances: finish(Object.assign({}, ...versions)),
    rows,
  };
  for (const host of hosts.values()) await (await host).close();
  const update = options.lists.update?.[0];
  if (update !== undefined) {
    const path = resolve(callerFolder, update);
    writeFileSync(path, `${JSON.stringify({ ...report, rows: updated(path, rows) }, null, 2)}\n`);
  }
  console.log(options.json ? JSON.stringify(report, null, 2) : formatFiles(report));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
