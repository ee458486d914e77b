/** @file One layer on every engine: compare with the reference, then measure. */

import type { EngineName } from '@sepconv/kernels';
import { judge } from '../harness/judge.ts';
import type { Worker, WorkerHost } from '../harness/worker.ts';
import { expectedOf } from './bounds.ts';
import type { Layer } from './layer.ts';
import type { Measured } from './rows.ts';
import type { ShapeWorker } from './shape-worker.ts';

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

/** A layer on each engine that computes it right. */
export async function measureLayer(
  workers: readonly EngineWorker[],
  table: string,
  layer: Layer,
  { rounds, sampleMs }: ShapeSchedule,
): Promise<{ measured: Measured[]; refusals: ShapeRefusal[] }> {
  const expected = expectedOf(layer);
  const measured: Measured[] = [];
  const refusals: ShapeRefusal[] = [];
  for (const { engine, worker } of workers) {
    const refuse = (reason: string): void => void refusals.push({ table, layer: layer.name, engine, reason });
    try {
      const { output, bytes, kernels } = await worker.call('prepare', layer);
      const { ok, maxErrorOverBound: errorOverBound } = judge(output, expected.output, expected.bound);
      if (!ok) {
        refuse(`off by ${errorOverBound.toPrecision(3)} times the error bound`);
        continue;
      }
      const samples = await worker.call('measure', rounds, sampleMs);
      measured.push({
        table,
        layer,
        engine,
        kernels,
        outputElements: output.length,
        bytes,
        errorOverBound,
        samples,
      });
    } catch (error) {
      refuse((error as Error).message);
    }
  }
  return { measured, refusals };
}
