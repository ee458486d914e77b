/** @file This project's engine, by the name of an engine or `auto`. */
import { readNetwork } from '@sepconv/formats';
import { type CompileOptions, compile } from '@sepconv/kernels';
import type { Prepare } from '../contender.ts';

/** The load is all of `compile`: probing and self-check, folding, planning, emitting, compiling and packing; of a file, reading too. */
export const prepareSepconv =
  (engine: NonNullable<CompileOptions['engine']>): Prepare =>
  async (model, { thread }, threads) => ({
    load: async () => {
      const { network } = 'file' in model ? await readNetwork(model.file.bytes, model.file) : model;
      const script = thread === undefined ? {} : { threadScript: thread };
      const session = await compile(network, { engine, allowProcessFlags: true, threads, ...script });
      return {
        engine: session.engine.name,
        ready: () => session.ready(),
        reason: session.engine.reason,
        run: () => {
          const { data } = session.run(model.input);
          return data instanceof Float32Array ? data : Float32Array.from(data);
        },
      };
    },
  });
