/** @file Small files on which the engine once trapped, or took long over large code: every engine, against the reference. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Runner } from '@sepconv/conformance';
import { readNetwork } from '@sepconv/formats';
import type { EngineName, Fusion } from '@sepconv/kernels';
import { chooseEngine, compileFor, emitProgram, engines, planNetwork } from '@sepconv/kernels/toolkit';
import { runReference } from '@sepconv/reference';
import {
  createRandom,
  createTensor,
  elementCount,
  type Random,
  type Shape,
  type Tensor,
} from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';

const folder = new URL('../../../../shared/cases/round-2/engine/', import.meta.url);
const isThere = existsSync(folder);
const files = ['dilation-4096.onnx', 'tflite-oom.tflite', 'reshape-between.onnx', 'reshape-behind.onnx'];

/** Small integers, so that every sum is exact and there is one right answer. */
function integers({ shape }: { readonly shape: Shape }, random: Random): Tensor<'float32'> {
  const data = Float32Array.from({ length: elementCount(shape) }, () => random.integer(5) - 2);
  return createTensor('float32', shape, data);
}

/** The session of an engine as a runner, or nothing where the engine cannot run here. */
async function runnerOf(name: EngineName, fusion: Fusion): Promise<Runner | undefined> {
  const engine = await chooseEngine(name, true).catch(() => undefined);
  if (engine === undefined) return undefined;
  return async (network, inputs) => (await compileFor(engine, network, { fusion })).run(inputs);
}

describe.skipIf(!isThere)(
  `small files, every engine${isThere ? '' : ' (skipped: ../shared/cases/round-2/engine is not there)'}`,
  () => {
    test.each(files)('%s', { timeout: 120_000 }, async (fileName) => {
      const path = fileURLToPath(new URL(fileName, folder));
      const { network } = await readNetwork(new Uint8Array(readFileSync(path)), { fileName });
      const random = createRandom(7);
      const weights = new Map(network.graph.parameters.map((own) => [own.name, integers(own, random)]));
      const inputs = new Map(network.graph.inputs.map((own) => [own.name, integers(own, random)]));
      const ours = { graph: network.graph, weights };
      const expected = runReference(ours, inputs);
      for (const name of ['simd128', 'relaxed', 'wide'] as const) {
        expect(emitProgram(planNetwork(ours, engines[name])).length).toBeLessThanOrEqual(300_000);
        for (const fusion of ['auto', 'on', 'off'] as const) {
          const implementation = await runnerOf(name, fusion);
          const outputs = await implementation?.(ours, inputs);
          for (const [value, { data }] of outputs ?? []) {
            const wrong = data.findIndex((number, i) => number !== expected.get(value)!.data[i]);
            expect(wrong, `${value} on ${name}, fusion ${fusion}`).toBe(-1);
          }
        }
      }
    });
  },
);
