import { runReference } from '@sepconv/reference';
import { float32Tensor, type Tensor } from '@sepconv/tensor';
import { toFileLayout, toGraphLayout } from '../src/file-layout.js';
import type { OnnxOptions } from '../src/onnx.js';
import { onnxFile, type TestOnnx } from './onnx-file.js';
import { readOnnx } from './read-now.js';

/** Reads the model, runs it with numbers in the file's layout, and gives its first output in the file's layout. */
export function runOnnx(
  model: TestOnnx,
  numbers: { readonly [input: string]: ArrayLike<number> } = {},
  options: OnnxOptions = {},
): Tensor<'float32'> {
  const { network, inputs, outputs } = readOnnx(onnxFile(model), options);
  const given = inputs.map((input) => {
    const dims = model.inputs[input.name]?.map((dim) => (typeof dim === 'number' ? dim : 1)) ?? [];
    return [input.name, toGraphLayout(float32Tensor(dims, numbers[input.name] ?? []), input)] as const;
  });
  const [output] = outputs;
  const result = runReference(network, new Map(given)).get(output?.name ?? '') as Tensor<'float32'>;
  return toFileLayout(result, output ?? {});
}

/** The ops of the graph that the model is read into. */
export function onnxOps(model: TestOnnx): string[] {
  return readOnnx(onnxFile(model)).network.graph.nodes.map(({ op }) => op);
}
