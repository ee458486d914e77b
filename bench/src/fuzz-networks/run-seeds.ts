/** @file A share of the seeds, one after the other. */
import { boundNetwork, checkImplementations, drawNetwork } from '@sepconv/conformance';
import type { EngineName } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import { findEngines, implementationsOf } from './implementations.ts';

/** Every `step`th seed from `seed` to before `end`. */
export interface Share {
  readonly seed: number;
  readonly end: number;
  readonly step: number;
  readonly engines: readonly EngineName[];
}

/** What came of one seed. */
export interface Outcome {
  readonly seed: number;
  /** Plans that differed from those before them, on all engines. */
  readonly compiled: number;
  /** One message for each engine that failed. */
  readonly failures: readonly string[];
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs a share; drawing and bounds happen once per network, whatever number of engines it runs on. */
export async function runSeeds(
  { seed: first, end, step, engines: names }: Share,
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  const { engines } = await findEngines(names);
  for (let seed = first; seed < end; seed += step) {
    const failures: string[] = [];
    let compiled = 0;
    try {
      const drawn = drawNetwork(seed);
      const expected = await boundNetwork(drawn.network, drawn.inputs, runReference);
      for (const engine of engines) {
        const implementations = implementationsOf(engine, () => {
          compiled += 1;
        });
        await checkImplementations(drawn, implementations, expected).catch((error: unknown) => {
          failures.push(`FAILED on ${engine.name}: ${messageOf(error)}\n`);
        });
      }
    } catch (error) {
      failures.push(`FAILED in the reference: seed ${seed}: ${messageOf(error)}\n`);
    }
    onOutcome({ seed, compiled, failures });
  }
}
