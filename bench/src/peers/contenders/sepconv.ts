/** @file This project's engine, by the name of an engine or `auto`. */
import { type CompileOptions, compile } from '@sepconv/kernels';
import { expectDType } from '@sepconv/tensor';
import type { Prepare } from '../contender.ts';

/** The load is all of `compile`: probing and self-check, folding, planning, emitting, compiling and packing. */
export const prepareSepconv =
  (engine: NonNullable<CompileOptions['engine']>): Prepare =>
  async ({ network, input }) => ({
    load: async () => {
      const session = await compile(network, { engine, allowProcessFlags: true });
      return {
        engine: session.engine.name,
        reason: session.engine.reason,
        run: () => expectDType(session.run(input), 'float32').data,
      };
    },
  });
