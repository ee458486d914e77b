import { runReference } from '@sepconv/reference';
import { float32Tensor, type Tensor } from '@sepconv/tensor';
import { readTflite } from './read-now.js';
import { type TestModel, type TestOperator, type TestTensor, tfliteFile } from './tflite-file.js';

/** Reads the model and runs it with one array of numbers per input. */
export function runTflite(model: TestModel, ...inputs: readonly (readonly number[])[]): Tensor {
  const { network, ...imported } = readTflite(tfliteFile(model));
  const tensors = imported.inputs.map(
    ({ name, shape }, i) => [name, float32Tensor(shape, inputs[i] ?? [])] as const,
  );
  return runReference(network, new Map(tensors)).get(imported.outputs[0]?.name ?? '') as Tensor;
}

/** A model of one operator: input tensors without data are inputs of the model, the last tensor is the output. */
export function oneOperator(
  operator: Omit<TestOperator, 'inputs' | 'outputs'> & { readonly inputs?: readonly number[] },
  ...tensors: readonly TestTensor[]
): TestModel {
  const output = tensors.length - 1;
  const indices = tensors.slice(0, -1).map((_, i) => i);
  return {
    tensors,
    operators: [{ ...operator, inputs: operator.inputs ?? indices, outputs: [output] }],
    inputs: indices.filter((i) => tensors[i]?.data === undefined),
    outputs: [output],
  };
}

/** Numbers 1, −2, 3, −4, … of the wanted count: no two places can be exchanged unnoticed. */
export function counting(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i % 2 === 0 ? i + 1 : -i - 1));
}
