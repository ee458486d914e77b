import { FunctionBuilder, loadThreads, ModuleBuilder, type SharedStep } from '@sepconv/kernels/toolkit';
import { quantileOf } from './quantile.ts';

/** Microseconds of a step whose units do nothing, shared out and not. */
export interface BarrierCost {
  readonly medianUs: number;
  readonly upperUs: number;
  readonly aloneUs: number;
}

const steps = 500;

/** A module whose function takes units and does nothing. */
function emptyModule(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.add(2, new FunctionBuilder(2).encode([]), 'nothing');
  return module.encode(1, true);
}

/**
 * What it costs that threads take a step's pieces and wait for one another: the time of a run of many steps that do nothing, over
 * their number. A unit for each thread, so that every one has a piece if it comes in time.
 */
export async function measureBarrier(threads: number, isQuick: boolean): Promise<BarrierCost> {
  const { enterPool } = await loadThreads();
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { module, instance } = await WebAssembly.instantiate(emptyModule(), { environment: { memory } });
  const run = instance.exports.nothing as (first: number, end: number) => void;
  const program = (sharers: number): readonly SharedStep[] =>
    Array.from({ length: steps }, () => ({
      units: threads,
      threads: sharers,
      pieces: 1,
      run,
      callFor: () => ({ name: 'nothing', numbers: [] }),
    }));
  const measure = async (sharers: number): Promise<number[]> => {
    const member = enterPool(threads);
    member.join({ module, memory, steps: program(sharers) });
    await member.ready();
    const times: number[] = [];
    for (let i = 0; i < (isQuick ? 50 : 2000); i++) {
      const before = performance.now();
      member.run(0);
      times.push((1000 * (performance.now() - before)) / steps);
    }
    member.leave();
    return times.slice(times.length / 5);
  };
  const shared = await measure(threads);
  const alone = await measure(1);
  return {
    medianUs: quantileOf(shared, 0.5),
    upperUs: quantileOf(shared, 0.75),
    aloneUs: quantileOf(alone, 0.5),
  };
}
