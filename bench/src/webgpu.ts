/**
 * @file MobileNets on the GPU, here and in other runtimes: dispatches and bytes bound to them, which are facts on any adapter, and times end
 * to end and layer by layer, which mean something on real ones only. In headless Chromium, or ours alone in Node with `--host node`. On a
 * machine without a GPU: `--adapter swiftshader`.
 *
 *   npm run -s bench:webgpu -- [--json] [--quick] [--rounds N] [--host chromium|node] [--adapter default|swiftshader]
 *                              [--models A,B] [--contenders A,B] [--tables networks,layers]
 */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserHost } from './harness/browser-host.ts';
import { noteCircumstances } from './harness/machine.ts';
import { nodeHost } from './harness/node-host.ts';
import { readOptions } from './harness/options.ts';
import { formatTable } from './harness/table.ts';
import type { WorkerHost } from './harness/worker.ts';
import { assetPrefixes } from './peers/asset-prefixes.ts';
import type { GpuContender, GpuLayer, GpuMeasured, GpuPage } from './webgpu/measure-gpu.ts';

const usage = `usage: npm run -s bench:webgpu -- [--json] [--quick] [--rounds N] [--host chromium|node]
         [--adapter default|swiftshader] [--models v1-1.0-224,v2-1.0-224] [--tables networks,layers]
         [--contenders sepconv-webgpu,sepconv-cpu,onnxruntime-web,tfjs-backend-webgpu]`;
const options = readOptions(usage, ['host', 'adapter', 'models', 'contenders', 'tables'], {
  full: 30,
  quick: 1,
});
const models = options.lists.models ?? ['v1-1.0-224', 'v2-1.0-224'];
const tables = options.lists.tables ?? ['networks', 'layers'];
const isNode = options.lists.host?.[0] === 'node';
const everybody: readonly GpuContender[] = isNode
  ? ['sepconv-webgpu', 'sepconv-cpu']
  : ['sepconv-webgpu', 'onnxruntime-web', 'tfjs-backend-webgpu', 'sepconv-cpu'];
const contenders = (options.lists.contenders as readonly GpuContender[] | undefined) ?? everybody;
const isSoftware = options.lists.adapter?.[0] === 'swiftshader';

/** The software driver that Chromium brings, which the Vulkan loader takes for Node. */
function softwareDriver(): string {
  const places = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
  const found = places.map((place) => `${place}/vk_swiftshader_icd.json`).find((path) => existsSync(path));
  if (found === undefined) throw new Error('no software driver here: install Chromium, and libvulkan1');
  return found;
}

const distOf = (name: string): string => dirname(fileURLToPath(import.meta.resolve(name)));

function openHost(): Promise<WorkerHost<GpuPage>> {
  if (isNode) {
    if (isSoftware) process.env.VK_DRIVER_FILES ??= softwareDriver();
    process.env.XDG_RUNTIME_DIR ??= '/tmp';
    return nodeHost<GpuPage>('webgpu/worker-node.ts');
  }
  return browserHost<GpuPage>(
    'webgpu/worker-browser.ts',
    {
      [assetPrefixes.onnxruntimeWeb]: distOf('onnxruntime-web'),
      [assetPrefixes.kernels]: distOf('@sepconv/kernels'),
    },
    [],
    [
      '--enable-unsafe-webgpu',
      // Without it a page's timestamps are rounded to a tenth of a millisecond.
      '--enable-webgpu-developer-features',
      ...(isSoftware ? ['--use-webgpu-adapter=swiftshader'] : ['--enable-features=Vulkan']),
    ],
  );
}

const host = await openHost();
const finish = noteCircumstances({});

/** Asks a worker of its own. */
async function ask<T>(question: (page: Awaited<ReturnType<typeof host.start>>) => Promise<T>) {
  const page = await host.start();
  try {
    return { found: await question(page) };
  } catch (error) {
    return { error: (error as Error).message.split('\n')[0] ?? '' };
  } finally {
    await page.close();
  }
}

interface NetworkResult {
  readonly model: string;
  readonly contender: GpuContender;
  readonly found?: Omit<GpuMeasured, 'output'>;
  readonly difference?: number;
  readonly error?: string;
}

const results: NetworkResult[] = [];
const layers: { readonly model: string; readonly found?: readonly GpuLayer[]; readonly error?: string }[] =
  [];
for (const model of models) {
  let expected: Float32Array | undefined;
  for (const contender of tables.includes('networks') ? contenders : []) {
    const answer = await ask((page) => page.call('measure', contender, model, options.rounds));
    if (answer.found === undefined) {
      results.push({ model, contender, error: answer.error });
      continue;
    }
    const { output, ...found } = answer.found;
    expected ??= output;
    const differences = output.map((value, i) => Math.abs(value - (expected?.[i] ?? 0)));
    results.push({ model, contender, found, difference: Math.max(...differences) });
  }
  if (tables.includes('layers'))
    layers.push({ model, ...(await ask((page) => page.call('layers', model, options.rounds))) });
}
await host.close();

/** Dispatch by dispatch, with what its time makes of its bytes and its arithmetic. */
function layerTable(found: readonly GpuLayer[]): string {
  const rows = found.map(({ nodes, kernel, workgroups, microseconds: us, boundBytes, flops }) => [
    nodes.length > 1 ? `${nodes[0]} … ${nodes.at(-1)}` : nodes[0],
    kernel,
    `${workgroups}`,
    us,
    boundBytes / 1e6,
    flops / 1e6,
    us && boundBytes / us / 1e3,
    us && flops / us / 1e3,
  ]);
  const head = ['nodes', 'kernel', 'workgroups', 'µs', 'bound, MB', 'MFLOP', 'GB/s', 'GFLOP/s'];
  return formatTable(head, rows);
}

const report = {
  bench: 'webgpu',
  host: host.name,
  isSoftware,
  results,
  layers,
  circumstances: finish(host.versions()),
};
if (options.json) console.log(JSON.stringify(report, null, 2));
else {
  const head = [
    'model',
    'contender',
    'dispatches',
    'bound, MB',
    'load, ms',
    'run, ms',
    'differs by',
    'engine',
  ];
  const rows = results.map(({ model, contender, found, difference, error }) =>
    found === undefined
      ? [model, contender, '', '', '', '', '', error ?? '']
      : [
          model,
          contender,
          found.dispatches,
          (found.boundBytes / 1e6).toFixed(1),
          found.loadMs.toFixed(0),
          found.runMs.toFixed(1),
          (difference ?? 0).toExponential(1),
          found.engine,
        ],
  );
  if (rows.length > 0) console.log(formatTable(head, rows));
  for (const { model, found, error } of layers)
    console.log(`\n${model}, dispatch by dispatch\n${found === undefined ? error : layerTable(found)}`);
  if (isSoftware) console.log('\ntimes on a software adapter say nothing about GPUs');
}
