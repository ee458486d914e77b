/** @file The outputs of a model. */
import { refuse } from '../errors.js';
import type { ImportedOutput } from '../imported-network.js';
import { describeTensor, readConstant } from './constants.js';
import { type ImportState, valueName } from './context.js';
import { storedQuantization } from './inputs.js';
import type { TfliteTensor } from './model.js';
import { valueQuantization } from './range.js';

/** A constant that the model gives as it is. */
function constantOutput(state: ImportState, tensor: TfliteTensor): string | undefined {
  if (tensor.data === undefined || tensor.quantization !== undefined) return undefined;
  const { builder, budget, weights } = state;
  const name = valueName(tensor);
  const numbers = readConstant(tensor, budget);
  const parameter = builder.uniqueName(`${name}/constant`);
  builder.parameter(parameter, numbers.shape, 'constant');
  weights.set(parameter, numbers);
  return builder.node('reshape', [parameter], { shape: tensor.shape }, builder.uniqueName(name));
}

function importOutput(state: ImportState, index: number): ImportedOutput {
  const tensor = state.model.tensors[index] as TfliteTensor;
  const name =
    state.stored.get(index) ??
    state.values.get(index) ??
    constantOutput(state, tensor) ??
    refuse(`the output ${describeTensor(tensor)} is computed by no operator and is no input`);
  const quantization = valueQuantization(tensor);
  return { name, shape: state.builder.typeOf(name).shape, ...storedQuantization(quantization) };
}

/** The outputs that there are: in a partial read, what was left out would have read values that are outputs then. */
export function importOutputs(
  state: ImportState,
  loose: readonly number[],
  isPartial: boolean,
): ImportedOutput[] {
  const { model, values, stored } = state;
  if (!isPartial) return model.outputs.map((index) => importOutput(state, index));
  const isInput = (index: number): boolean => model.inputs.includes(index);
  const indices = [...new Set([...model.outputs, ...loose])].filter(
    (index) => (values.has(index) || stored.has(index)) && !isInput(index),
  );
  if (indices.length === 0) refuse('nothing of the model can be read');
  return indices.map((index) => importOutput(state, index));
}
