/** @file A model up to one of its values, by the names that the file gives them. */
import { refuseUntil } from '../partial.js';
import { valueName } from './context.js';
import type { TfliteModel, TfliteTensor } from './model.js';

/** A tensor's whole name in the file. */
export function tensorName({ tensors }: TfliteModel, index: number): string {
  const tensor = tensors[index] as TfliteTensor;
  return tensor.name || valueName(tensor);
}

/** The model with the results of the operator that computes a value of this name as its outputs. */
export function cutAt(model: TfliteModel, name: string): TfliteModel {
  const { operators, tensors } = model;
  const namesOf = (index: number): string[] => {
    const tensor = tensors[index];
    return tensor === undefined ? [] : [tensor.name, valueName(tensor)];
  };
  const found = operators.find(({ outputs }) => outputs.some((index) => namesOf(index).includes(name)));
  if (found !== undefined) return { ...model, outputs: found.outputs };
  return refuseUntil(
    name,
    operators.flatMap(({ outputs }) => outputs.flatMap((index) => namesOf(index).slice(1))),
  );
}
