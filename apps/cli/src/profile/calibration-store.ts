/** @file Calibrations on disk: one file for each engine, in the user's cache folder. */
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { EngineName } from '@sepconv/kernels';
import manifest from '../../package.json' with { type: 'json' };
import { cacheFolder } from '../cache-folder.js';
import { readBytes } from '../files.js';
import { writeFiles } from '../write-files.js';
import type { Calibration } from './calibrate.js';

/** A calibration and what it holds for. */
export interface StoredCalibration {
  readonly calibration: Calibration;
  /** ISO 8601. */
  readonly madeAt: string;
}

/** A week: microcode, kernels and Node change, and people forget. */
const longestAgeMs = 7 * 24 * 3600 * 1000;

const mostBytes = 1_000_000;

/** Another one for every change of what has a price: an older calibration does not know the new amounts. */
const pricesVersion = 3;

/** What a calibration is true for; anything else and it is made anew. */
function keyOf(engine: EngineName): string {
  const [cpu] = cpus();
  return [
    `sepconv ${manifest.version}`,
    `node ${process.versions.node}`,
    `prices ${pricesVersion}`,
    cpu?.model.trim() ?? 'cpu',
    engine,
  ].join(', ');
}

const fileName = (engine: EngineName): string => `calibration-${engine}.json`;

/** JSON has no Infinity, which is the size of main memory. */
const withoutInfinity = (_: string, value: unknown): unknown => (value === Infinity ? 'Infinity' : value);
const withInfinity = (_: string, value: unknown): unknown => (value === 'Infinity' ? Infinity : value);

const isPositive = (value: unknown): boolean => typeof value === 'number' && value > 0;

/** Whether what a file holds is a calibration of the engine: others may have written there, or half of it been lost. */
function isCalibration(found: Partial<Calibration> | undefined, engine: EngineName): found is Calibration {
  const { machine, model, referenceMs, kernels } = found ?? {};
  const prices = Object.values(model?.nanoseconds ?? {});
  return (
    found?.engine === engine &&
    isPositive(referenceMs) &&
    isPositive(kernels) &&
    typeof machine?.name === 'string' &&
    isPositive(machine.flopsPerSecond) &&
    Array.isArray(machine.levels) &&
    machine.levels.length > 0 &&
    machine.levels.every((level) => isPositive(level?.bytes) && isPositive(level?.bytesPerSecond)) &&
    prices.length > 0 &&
    prices.every((price) => typeof price === 'number' && price >= 0)
  );
}

/** The calibration of an engine, unless there is none, it is for another machine or Node, or it is older than a week. */
export async function readCalibration(
  engine: EngineName,
  now = Date.now(),
): Promise<StoredCalibration | undefined> {
  try {
    const path = join(cacheFolder(), fileName(engine));
    const text = Buffer.from(
      await readBytes(path, 'the calibration', mostBytes, { mayReplace: true }),
    ).toString();
    const { key, madeAt, calibration } = JSON.parse(text, withInfinity);
    const age = now - Date.parse(madeAt);
    if (key !== keyOf(engine) || !(age >= 0 && age < longestAgeMs)) return undefined;
    return isCalibration(calibration, engine) ? { calibration, madeAt } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a calibration; where the folder cannot be written, it is made again next time. */
export async function storeCalibration(
  calibration: Calibration,
  now = Date.now(),
): Promise<StoredCalibration> {
  const madeAt = new Date(now).toISOString();
  const content = JSON.stringify({ key: keyOf(calibration.engine), madeAt, calibration }, withoutInfinity, 2);
  try {
    await writeFiles(cacheFolder(), new Map([[fileName(calibration.engine), `${content}\n`]]));
  } catch {
    // A read-only home is no reason to fail: the numbers are there.
  }
  return { calibration, madeAt };
}
