/** @file Networks written as ONNX and run by onnxruntime, as they are or as they are read back. */
import { toFileLayout, toGraphLayout } from '@sepconv/formats/onnx';
import { type OnnxWriteOptions, writeOnnx } from '@sepconv/formats/write-onnx';
import type { Network } from '@sepconv/graph';
import { createTensor, type Tensor } from '@sepconv/tensor';
import * as ort from 'onnxruntime-node';

/** Images have their channels first in the file. */
const layout = (rank: number) => (rank === 4 ? { fileAxes: [0, 2, 3, 1] } : {});

/** onnxruntime's levels of what it makes of a graph: all that it knows, what it does by default, or nothing. */
export type OptimizationLevel = 'all' | 'disabled';

/** Tensors by the graph's names, each row of inputs for itself. */
export async function runOnnx(
  { graph }: Network,
  bytes: Uint8Array,
  rows: readonly ReadonlyMap<string, Tensor>[],
  graphOptimizationLevel: OptimizationLevel = 'all',
): Promise<Map<string, Tensor>[]> {
  const session = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel,
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const results: Map<string, Tensor>[] = [];
  try {
    for (const inputs of rows) {
      const feeds = [...inputs].map(([name, tensor]) => {
        const { dtype, data, shape } = toFileLayout(tensor, layout(tensor.shape.length));
        return [name, new ort.Tensor(dtype as 'uint8', data as Uint8Array, shape)] as const;
      });
      const given = await session.run(Object.fromEntries(feeds));
      results.push(
        new Map(
          graph.outputs.map((name) => {
            const { dims, data, type } = given[name] as ort.TypedTensor<'uint8'>;
            const tensor = createTensor(type, dims, data as never) as Tensor;
            return [name, toGraphLayout(tensor, layout(dims.length))];
          }),
        ),
      );
    }
  } finally {
    await session.release();
  }
  return results;
}

/** What onnxruntime makes of the written file, in the graph's layout. */
export async function runWritten(
  network: Network,
  inputs: ReadonlyMap<string, Tensor>,
  options: OnnxWriteOptions = {},
  level?: OptimizationLevel,
): Promise<Map<string, Tensor>> {
  const [results] = await runOnnx(network, writeOnnx(network, {}, options), [inputs], level);
  return results as Map<string, Tensor>;
}
