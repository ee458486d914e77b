/** @file What an engine's process does: compile a layer and run it once, then measure it in turns with the ceilings. */
import { compile, type EngineName, type Session } from '@sepconv/kernels';
import { engines } from '@sepconv/kernels/toolkit';
import { expectDType } from '@sepconv/tensor';
import { timeOf, warmUp } from '../harness/warm-up.ts';
import { type Ceilings, createCeilings } from './ceilings.ts';
import { bytesOf, type Layer, layerCase } from './layer.ts';

/** What a layer did in one turn each. */
export interface Samples {
  /** Milliseconds of one run. */
  readonly runMs: readonly number[];
  /** GFLOP/s of arithmetic in registers. */
  readonly arithmetic: readonly number[];
  /** GB/s of a copy with the layer's working set. */
  readonly bandwidth: readonly number[];
}

/** The functions of an engine's process. */
export interface ShapeWorker {
  /** Sets the engine up; the other functions follow. */
  start(engine: EngineName): Promise<void>;
  /** Compiles a layer and runs it on its input. */
  prepare(
    layer: Layer,
  ): Promise<{ readonly output: Float32Array; readonly bytes: number; readonly kernels: string }>;
  /** Measures the layer that was prepared. */
  measure(rounds: number, sampleMs: number): Promise<Samples>;
}

/** A layer with which the engine is started, so that its flags are set before the ceilings are compiled. */
const firstLayer: Layer = {
  name: 'first',
  op: 'pointwise-conv2d',
  input: [1, 4, 4, 8],
  kernel: [1, 1],
  strides: [1, 1],
  dilations: [1, 1],
  padding: 'same',
  filters: 8,
  groups: 1,
  activation: 'none',
  times: 1,
};

/** The functions, for `serve`. */
export function shapeWorker(): ShapeWorker {
  let engine: EngineName | undefined;
  let ceilings: Ceilings | undefined;
  let current: { readonly session: Session; readonly bytes: number } | undefined;
  const compileLayer = async (layer: Layer) => {
    const { network, input } = layerCase(layer);
    const session = await compile(network, { engine: engine as EngineName });
    return { session, output: expectDType(session.run(input), 'float32').data.slice() };
  };
  return {
    start: async (name) => {
      engine = name;
      (await compileLayer(firstLayer)).session.dispose();
      ceilings = await createCeilings(engines[name]);
    },
    prepare: async (layer) => {
      current?.session.dispose();
      current = undefined;
      const { session, output } = await compileLayer(layer);
      const bytes = bytesOf(layerCase(layer), output.length);
      current = { session, bytes };
      return { output, bytes, kernels: session.steps.map(({ kernel }) => kernel).join(' + ') };
    },
    measure: async (rounds, sampleMs) => {
      if (current === undefined || ceilings === undefined) throw new Error('nothing is prepared');
      const { session, bytes } = current;
      const run = (): void => void session.run();
      const each = await warmUp(run, sampleMs);
      const runs = Math.max(1, Math.ceil(sampleMs / each));
      ceilings.copy(bytes, sampleMs);
      const samples = { runMs: [] as number[], arithmetic: [] as number[], bandwidth: [] as number[] };
      for (let round = 0; round < rounds; round++) {
        run(); // brings the layer's data back into the caches
        samples.runMs.push(timeOf(run, runs));
        samples.bandwidth.push(ceilings.copy(bytes, sampleMs));
        samples.arithmetic.push(ceilings.arithmetic(sampleMs / 2));
      }
      return samples;
    },
  };
}
