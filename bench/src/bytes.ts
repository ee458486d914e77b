/**
 * @file The bytes of quantized networks wherever they may run: in several versions of Node and in a page, on every engine that each
 * has, beside the recorded ones and those of LiteRT.js in Chromium.
 *
 *   npm run -s bytes -- [--nodes 20,22,24,26] [--inputs N] [--json]
 *
 * Other versions of Node than the one that runs this come from the package `node`.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { BytesWorker } from './bytes/bytes-worker.ts';
import { browserHost } from './harness/browser-host.ts';
import { nodeHost } from './harness/node-host.ts';
import type { WorkerHost } from './harness/worker.ts';
import { openLiteRt } from './testing/litert.ts';
import {
  hasShared,
  type QuantizedModel,
  readShared,
  seededImage,
  sides,
} from './testing/quantized-models.ts';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '20,22,24,26' },
    inputs: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});

/** What a network has to give. */
interface Expected {
  readonly model: QuantizedModel;
  readonly file: Uint8Array<ArrayBuffer>;
  readonly images: readonly Uint8Array<ArrayBuffer>[];
  readonly outputs: readonly (readonly number[])[];
}

/** A place where networks run, and the engine. */
interface Row {
  readonly place: string;
  readonly engine: string;
  readonly model: QuantizedModel;
  readonly inputs: number;
  /** Inputs whose output has another byte. */
  readonly differing: number;
}

const photos = ['bird', 'cat_720p', 'hot_dog'];

/** The recorded bytes of three photos, and LiteRT.js's of seeded images. */
async function expectedOf(model: QuantizedModel, count: number): Promise<Expected> {
  const file = readShared(`models/${model}`);
  const recorded = (photo: string, side: string) =>
    readShared(`expected/${model.replace('.tflite', '')}.${photo}.${side}.bin`);
  const seeded = Array.from({ length: count }, (_, k) => seededImage(model, k));
  const shape = [1, sides[model], sides[model], 3];
  const litert = await openLiteRt();
  const theirs = await litert.run(
    file,
    seeded.map((data) => [{ dtype: 'uint8', shape, data }]),
  );
  await litert.close();
  return {
    model,
    file,
    images: [...photos.map((photo) => recorded(photo, 'input')), ...seeded],
    outputs: [
      ...photos.map((photo) => [...recorded(photo, 'output')]),
      ...theirs.map(([output = []]) => output),
    ],
  };
}

/** The program of a version of Node; this one's where it is the same. */
function nodeOf(version: string): string {
  if (process.versions.node.split('.')[0] === version) return process.execPath;
  const args = ['exec', '--yes', `--package=node@${version}`, '--', 'node', '-p', 'process.execPath'];
  return execFileSync('npm', args, { encoding: 'utf8' }).trim();
}

/** What every engine of a place gives. */
async function rowsOf(
  place: string,
  host: WorkerHost<BytesWorker>,
  all: readonly Expected[],
): Promise<Row[]> {
  const worker = await host.start();
  const rows: Row[] = [];
  for (const engine of await worker.call('engines')) {
    for (const { model, file, images, outputs } of all) {
      const mine = await worker.call('outputs', engine, file, images);
      const differing = outputs.filter((output, k) => output.join() !== mine[k]?.join()).length;
      rows.push({ place, engine, model, inputs: outputs.length, differing });
    }
  }
  await worker.close();
  await host.close();
  return rows;
}

if (!hasShared('models', 'expected'))
  throw new Error('../shared/models and ../shared/expected are not there');
const expected: Expected[] = [];
for (const model of Object.keys(sides) as QuantizedModel[])
  expected.push(await expectedOf(model, Number(values.inputs)));

const rows: Row[] = [];
const report = (found: readonly Row[]): void => {
  rows.push(...found);
  if (values.json) return;
  for (const { place, engine, model, inputs, differing } of found)
    console.log(`${place}, ${engine}, ${model}: ${inputs - differing} of ${inputs} outputs have their bytes`);
};
for (const version of values.nodes.split(',')) {
  const host = await nodeHost<BytesWorker>('bytes/worker-node.ts', [], nodeOf(version));
  report(await rowsOf(`Node ${version}`, host, expected));
}
report(await rowsOf('Chromium', await browserHost<BytesWorker>('bytes/worker-browser.ts'), expected));
if (values.json) console.log(JSON.stringify(rows, null, 2));
if (rows.some(({ differing }) => differing > 0)) process.exitCode = 1;
