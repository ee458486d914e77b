/** @file One contender on the GPU: what it launches for a run, how long a run takes end to end, what it gives; and layer by layer. */
import { costOf } from '@sepconv/cost-model';
import { compile as compileForCpu } from '@sepconv/kernels';
import { compile } from '@sepconv/webgpu';
import { median } from '../harness/statistics.ts';
import { type BenchModel, buildModel } from '../peers/models.ts';
import { type Launched, watchDispatches } from './watch-dispatches.ts';

/** Who is compared. */
export type GpuContender = 'sepconv-webgpu' | 'sepconv-cpu' | 'onnxruntime-web' | 'tfjs-backend-webgpu';

/** What a contender did. */
export interface GpuMeasured extends Launched {
  readonly engine: string;
  /** From the call of `compile` or its like to the first answer. */
  readonly loadMs: number;
  /** Of a run with upload and read-back, the median. */
  readonly runMs: number;
  readonly output: Float32Array;
}

/** One dispatch. */
export interface GpuLayer {
  readonly nodes: readonly string[];
  readonly kernel: string;
  readonly workgroups: number;
  /** By the device's own clock, the median; absent where it has none. */
  readonly microseconds?: number | undefined;
  /** What it has to read and write at least: the ranges that are bound to it, each once. */
  readonly boundBytes: number;
  readonly flops: number;
}

type Run = () => Promise<Float32Array> | Float32Array;

/** How a contender comes to a run. */
export type Load = (model: BenchModel) => Promise<{ readonly engine: string; readonly run: Run }>;

/** Ours, on both. */
export const ownContenders = {
  'sepconv-webgpu': async ({ network, input }) => {
    const session = await compile(network);
    const { vendor, architecture, description } = session.adapter;
    const run = async (): Promise<Float32Array> => (await session.run(input)).data;
    return { engine: [vendor, architecture, description].filter((text) => text !== '').join(', '), run };
  },
  'sepconv-cpu': async ({ network, input }) => {
    const session = await compileForCpu(network);
    return { engine: session.engine.name, run: () => session.run(input).data as Float32Array };
  },
} as const satisfies Partial<Record<GpuContender, Load>>;

/** Loads a contender, lets it warm up, counts what one run launches, and times some. */
export async function measureContender(load: Load, model: string, rounds: number): Promise<GpuMeasured> {
  const take = watchDispatches();
  const given = buildModel(model);
  const start = performance.now();
  const { engine, run } = await load(given);
  await run();
  const loadMs = performance.now() - start;
  await run();
  take();
  const output = (await run()).slice();
  const launched = take();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = performance.now();
    await run();
    times.push(performance.now() - before);
  }
  return { engine, loadMs, runMs: median(times), output, ...launched };
}

/** Every dispatch of a network, timed by itself. */
export async function measureLayers(model: string, rounds: number): Promise<readonly GpuLayer[]> {
  const { network, input } = buildModel(model);
  const session = await compile(network);
  const flops = new Map(costOf(network.graph).layers.map((layer) => [layer.name, layer.flops]));
  await session.run(input);
  const times: (readonly number[])[] = [];
  if (session.device.features.has('timestamp-query'))
    for (let round = 0; round < rounds; round++) times.push(await session.profile(input));
  const layers = session.steps.map(({ nodes, kernel, workgroups, boundBytes }, step) => ({
    nodes,
    kernel,
    workgroups: workgroups.reduce((product, count) => product * count, 1),
    ...(times.length > 0 && { microseconds: median(times.map((of) => of[step] as number)) }),
    boundBytes,
    flops: nodes.reduce((sum, name) => sum + (flops.get(name) ?? 0), 0),
  }));
  session.dispose();
  return layers;
}

/** What a worker is asked. */
export type GpuPage = {
  measure(contender: GpuContender, model: string, rounds: number): GpuMeasured;
  layers(model: string, rounds: number): readonly GpuLayer[];
};
