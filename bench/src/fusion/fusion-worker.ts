/** @file What an engine's process does: compile a subject in every variant, run each once, then measure in turns. */
import { compile, type EngineName, type Fusion, type Session } from '@sepconv/kernels';
import { expectDType, type Tensor } from '@sepconv/tensor';
import { rotated } from '../harness/statistics.ts';
import { timeOf, warmUp } from '../harness/warm-up.ts';
import type { Variants } from './rows.ts';
import { type Subject, subjectCase } from './subjects.ts';

const modes = ['off', 'on', 'auto'] as const satisfies readonly Fusion[];
type Mode = (typeof modes)[number];
type ByMode<T> = Record<Mode, T>;

/** The functions of an engine's process. */
export interface FusionWorker {
  /** Compiles a subject unfused, fused and as planned, and returns what each gives. */
  prepare(
    engine: EngineName,
    subject: Subject,
  ): Promise<{ readonly kernels: Variants['kernels']; readonly outputs: ByMode<Float32Array> }>;
  /** Measures what was prepared. */
  measure(rounds: number, sampleMs: number): Promise<Variants['ms']>;
}

async function byMode<T>(make: (mode: Mode) => Promise<T>): Promise<ByMode<T>> {
  return { off: await make('off'), on: await make('on'), auto: await make('auto') };
}

/** The functions, for `serve`. */
export function fusionWorker(): FusionWorker {
  let sessions: ByMode<Session> | undefined;
  return {
    prepare: async (engine, subject) => {
      for (const mode of modes) sessions?.[mode].dispose();
      const { network, inputs } = subjectCase(subject);
      const compiled = await byMode((fusion) => compile(network, { engine, fusion }));
      sessions = compiled;
      return {
        kernels: await byMode(async (mode) => compiled[mode].steps.map(({ kernel }) => kernel)),
        outputs: await byMode(async (mode) => {
          const [output] = compiled[mode].run(inputs).values();
          return expectDType(output as Tensor, 'float32').data.slice();
        }),
      };
    },
    measure: async (rounds, sampleMs) => {
      const prepared = sessions as ByMode<Session>;
      const run = await byMode(async (mode) => () => void prepared[mode].run());
      const runs = await byMode(async (mode) =>
        Math.max(1, Math.ceil(sampleMs / (await warmUp(run[mode], sampleMs)))),
      );
      const ms: ByMode<number[]> = { off: [], on: [], auto: [] };
      for (let round = 0; round < rounds; round++) {
        for (const mode of rotated(modes, round)) {
          run[mode](); // brings this variant's memory back into the caches
          ms[mode].push(timeOf(run[mode], runs[mode]));
        }
      }
      return ms;
    },
  };
}
