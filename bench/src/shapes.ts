/**
 * @file Layers one by one, each beside what the engine could do at most, measured in the same minute.
 *
 *   npm run -s bench:shapes -- [--json] [--quick] [--rounds N] [--browser] [--engine A,B] [--tables A,B] [--only TEXT,...]
 *
 * bench/NOTES.md says what is measured how.
 */
import { resolve } from 'node:path';
import { browserHost } from './harness/browser-host.ts';
import { noteCircumstances } from './harness/machine.ts';
import { nodeHost } from './harness/node-host.ts';
import { chosen, readOptions } from './harness/options.ts';
import { steadyFlags } from './harness/worker.ts';
import { keepReport } from './shapes/keep.ts';
import type { Layer } from './shapes/layer.ts';
import { layerTypes, termsOf } from './shapes/layer.ts';
import { measureLayer, type ShapeRefusal, type ShapeSchedule, startEngines } from './shapes/measure.ts';
import { formatShapes, type ShapeReport } from './shapes/report.ts';
import { type Measured, rowsOf, shortfalls } from './shapes/rows.ts';
import type { ShapeWorker } from './shapes/shape-worker.ts';
import { describeLayer } from './shapes/table-file.ts';
import { readTable, tableNames } from './shapes/tables.ts';

const inBrowser = ['simd128', 'relaxed'] as const;
const inNode = [...inBrowser, 'wide'] as const;

const usage = `usage: npm run -s bench:shapes -- [--json] [--quick] [--rounds N] [--browser]
         [--engine ${inNode.join(',')}] [--only TEXT,...]
         [--tables ${tableNames.slice(0, 3).join(',')},...] [--types ${layerTypes.join(',')}] [--save FOLDER]
tables: ${tableNames.join(', ')}
--only takes layers whose name or shape contains one of the texts
--types: integers are measured on V1, V2 and awkward shapes unless types are given
--save keeps whole tables in a file for this kind of processor, bench/results for the record`;

const options = readOptions(usage, ['engine', 'tables', 'only', 'types', 'save'], { full: 12, quick: 2 });

const schedule: ShapeSchedule = { rounds: options.rounds, sampleMs: options.quick ? 0.4 : 1.5 };

/** A smoke test takes what the reference computes in a moment (products, roughly), and of that every few. */
const quickProducts = 2e7;
const quickEvery = 4;

const productsOf = (layer: Layer): number =>
  layer.input.reduce((product, size) => product * size, 1) *
  termsOf(layer) *
  (layer.op === 'depthwise-conv2d' ? layer.filters : layer.filters / (layer.input.at(-1) as number));

/** Tables whose layers are measured with integers too, unless it is said of what. */
const integerTables: readonly string[] = ['mobilenet-v1', 'mobilenet-v2', 'awkward'];

function layersOf(table: (typeof tableNames)[number]): Layer[] {
  const { only, types: wanted } = options.lists;
  const types = chosen(
    'type',
    layerTypes,
    wanted ?? (integerTables.includes(table) ? layerTypes : ['float32']),
  );
  const all = readTable(table).flatMap((layer) => types.map((type) => ({ ...layer, type })));
  const layers = all.filter(
    (layer) => only?.some((text) => layer.name.includes(text) || describeLayer(layer).includes(text)) ?? true,
  );
  if (!options.quick || only !== undefined) return layers;
  const small = layers.filter((layer) => productsOf(layer) < quickProducts);
  return small.filter((_, index) => index % quickEvery === 0);
}

try {
  const engines = chosen('engine', options.browser ? inBrowser : inNode, options.lists.engine);
  const tables = chosen('table', tableNames, options.lists.tables);
  const finish = noteCircumstances();
  const host = await (options.browser
    ? browserHost<ShapeWorker>('shapes/worker-browser.ts', {}, steadyFlags)
    : nodeHost<ShapeWorker>('shapes/worker-node.ts', steadyFlags));
  const workers = await startEngines(host, engines);
  const measured: Measured[] = [];
  const refusals: ShapeRefusal[] = [];
  for (const table of tables) {
    for (const layer of layersOf(table)) {
      console.error(`${table}: ${describeLayer(layer)}`);
      const result = await measureLayer(workers, table, layer, schedule);
      measured.push(...result.measured);
      refusals.push(...result.refusals);
    }
  }
  for (const { worker } of workers) await worker.close();
  await host.close();
  const rows = rowsOf(measured);
  const report: ShapeReport = {
    bench: 'shapes',
    host: host.name,
    quick: options.quick,
    circumstances: finish(host.versions()),
    schedule,
    rows,
    refusals,
    shortfalls: shortfalls(rows),
  };
  const [folder] = options.lists.save ?? [];
  if (folder !== undefined) {
    if (options.quick || options.lists.only !== undefined || options.lists.engine !== undefined)
      throw new Error('--save keeps whole tables on all engines: leave --quick, --only and --engine out');
    console.error(`kept in ${keepReport(report, resolve(process.env.INIT_CWD ?? '.', folder))}`);
  }
  console.log(options.json ? JSON.stringify(report, null, 2) : formatShapes(report));
  if (refusals.length > 0) process.exitCode = 1;
} catch (error) {
  console.error((error as Error).message);
  // Workers and browsers of what was cut short would keep the process alive.
  process.exit(1);
}
