/** @file What a process or a page computes of a quantized network, on the engines that it has. */
import { readTflite } from '@sepconv/formats/tflite';
import { compile, type EngineName, engineNames } from '@sepconv/kernels';
import { chooseEngine } from '@sepconv/kernels/toolkit';
import { createTensor } from '@sepconv/tensor';

/** The functions of a worker. */
export interface BytesWorker {
  /** The engines that run here. */
  engines(): Promise<EngineName[]>;
  /** The first output's bytes for each image. */
  outputs(
    engine: EngineName,
    file: Uint8Array<ArrayBuffer>,
    images: readonly Uint8Array<ArrayBuffer>[],
  ): Promise<Uint8Array<ArrayBuffer>[]>;
}

const runs = (engine: EngineName): Promise<boolean> =>
  chooseEngine(engine, true).then(
    () => true,
    () => false,
  );

/** A worker's functions. */
export const bytesWorker = (): BytesWorker => ({
  engines: async () => {
    const found: EngineName[] = [];
    for (const engine of engineNames) if (await runs(engine)) found.push(engine);
    return found;
  },
  outputs: async (engine, file, images) => {
    const { network } = await readTflite(file, { arithmetic: 'integer' });
    const session = await compile(network, { engine, allowProcessFlags: true });
    const shape = network.graph.inputs[0]?.shape ?? [];
    const results = images.map((image) =>
      Uint8Array.from(session.run(createTensor('uint8', shape, image)).data),
    );
    session.dispose();
    return results;
  },
});
