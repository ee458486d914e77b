/** @file One layer and its neighbours on every engine: compare with the reference, then measure. */

import type { EngineName } from '@sepconv/kernels';
import { judge } from '../harness/judge.ts';
import type { Worker, WorkerHost } from '../harness/worker.ts';
import { type Expected, expectedOf } from './bounds.ts';
import type { Layer } from './layer.ts';
import { neighboursOf } from './neighbours.ts';
import type { Measured } from './rows.ts';
import type { PreparedLayer, ShapeWorker } from './shape-worker.ts';
import { describeLayer } from './table-file.ts';

/** An engine's process. */
export interface EngineWorker {
  readonly engine: EngineName;
  readonly worker: Worker<ShapeWorker>;
}

/** A layer without times on an engine, and why. */
export interface ShapeRefusal {
  readonly table: string;
  readonly layer: string;
  readonly engine: string;
  readonly reason: string;
}

/** How much is measured. */
export interface ShapeSchedule {
  readonly rounds: number;
  readonly sampleMs: number;
}

/** Starts a process for each engine. */
export async function startEngines(
  host: WorkerHost<ShapeWorker>,
  names: readonly EngineName[],
): Promise<EngineWorker[]> {
  const workers: EngineWorker[] = [];
  for (const engine of names) {
    const worker = await host.start();
    workers.push({ engine, worker });
    await worker.call('start', engine);
  }
  return workers;
}

/** A layer and its neighbours on one engine. */
async function measureOn(
  { engine, worker }: EngineWorker,
  table: string,
  layers: readonly [Layer, ...Layer[]],
  expected: readonly Expected[],
  { rounds, sampleMs }: ShapeSchedule,
): Promise<Measured> {
  const [layer, ...neighbours] = layers;
  const prepared = await worker.call('prepare', layer, neighbours);
  const errors = prepared.map(({ output }, i) => {
    const right = expected[i] as Expected;
    const { ok, maxErrorOverBound } = judge(output, right.output, right.bound);
    if (ok) return maxErrorOverBound;
    const which = i === 0 ? '' : `the neighbour ${describeLayer(layers[i] as Layer)} is `;
    throw new Error(`${which}off by ${maxErrorOverBound.toPrecision(3)} times the error bound`);
  });
  const samples = await worker.call('measure', rounds, sampleMs);
  const [{ output, bytes, kernels }] = prepared as [PreparedLayer];
  return {
    table,
    layer,
    engine,
    kernels,
    outputElements: output.length,
    bytes,
    errorOverBound: errors[0] as number,
    samples,
    neighbours: neighbours.map((neighbour, i) => ({
      layer: neighbour,
      outputElements: (prepared[i + 1] as PreparedLayer).output.length,
      runMs: samples.neighboursMs[i] as readonly number[],
    })),
  };
}

/** A layer and its neighbours on each engine that computes them right. */
export async function measureLayer(
  workers: readonly EngineWorker[],
  table: string,
  layer: Layer,
  schedule: ShapeSchedule,
): Promise<{ measured: Measured[]; refusals: ShapeRefusal[] }> {
  const layers = [layer, ...neighboursOf(layer)] as const;
  const expected = layers.map(expectedOf);
  const measured: Measured[] = [];
  const refusals: ShapeRefusal[] = [];
  for (const worker of workers) {
    try {
      measured.push(await measureOn(worker, table, layers, expected, schedule));
    } catch (error) {
      refusals.push({ table, layer: layer.name, engine: worker.engine, reason: (error as Error).message });
    }
  }
  return { measured, refusals };
}
