/** @file What LiteRT.js makes of networks that are written here. */
import type { Runner } from '@sepconv/conformance';
import { writeTflite } from '@sepconv/formats/write-tflite';
import { inferTypes } from '@sepconv/graph';
import { allocateTypedArray, createTensor, type Tensor } from '@sepconv/tensor';
import type { LiteRt, LiteRtInput } from './litert.ts';

/** Runs the written file of a network. */
export const writtenRunner =
  (litert: LiteRt): Runner =>
  async (network, inputs) => {
    const row = network.graph.inputs.map(({ name }) => {
      const { dtype, shape, data } = inputs.get(name) as Tensor;
      return { dtype, shape, data } as LiteRtInput;
    });
    const [results = []] = await litert.run(writeTflite(network), [row]).catch((error: unknown) => {
      // A page's error has a place in the page, which is no file here.
      throw new Error(String(error).split('\n', 1)[0]);
    });
    const types = inferTypes(network.graph);
    return new Map(
      network.graph.outputs.map((name, i) => {
        const { dtype, shape, quantization } = types.get(name)!;
        const data = allocateTypedArray(dtype, results[i]!.length);
        data.set(results[i]!);
        return [name, createTensor(dtype, shape, data as never, quantization) as Tensor];
      }),
    );
  };
