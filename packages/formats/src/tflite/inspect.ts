import { plainBytes } from '../bytes.js';
import {
  countOps,
  countParameters,
  type InspectedValue,
  type Inspection,
  unsupportedKind,
} from '../inspection.js';
import { valueName } from './context.js';
import { isReadable, liveOperators } from './import.js';
import { readModel, type TfliteModel, type TfliteTensor } from './model.js';
import { floatReaders } from './ops/registry.js';
import { statefulOperators } from './readers.js';
import { withoutVariables } from './variables.js';

/** Where the file has a signature of its shape, open dimensions are −1 in it; in the shape they are 1. */
function openShape({ shape, signature }: TfliteTensor): readonly (number | string)[] {
  return shape.map((dimension, axis) =>
    signature?.length === shape.length && signature[axis] === -1 ? '?' : dimension,
  );
}

/** Whether a variable is read by an operator whose state may not begin with zeros in every run. */
const outlives = ({ operators }: TfliteModel, index: number): boolean =>
  operators.some(({ op, inputs }) => inputs.includes(index) && !statefulOperators.has(op));

function inspectValue({ tensors }: TfliteModel, index: number): InspectedValue {
  const tensor = tensors[index] as TfliteTensor;
  const { type, quantization } = tensor;
  return {
    name: tensor.name || valueName(tensor),
    type,
    shape: openShape(tensor),
    ...(quantization && {
      quantization: { scale: quantization.scale, zeroPoint: quantization.zeroPoint },
    }),
  };
}

/**
 * Tells what a TFLite file holds, without importing it: also of files that use what this library cannot read.
 *
 * @throws {FormatError} when the bytes are no TFLite file, or contradict themselves.
 *
 * @example
 * const { ops, unsupported } = inspectTflite(await readFile('model.tflite'));
 */
export function inspectTflite(bytes: Uint8Array): Inspection {
  const model = readModel(plainBytes(bytes));
  const { tensors, operators, subgraphCount, description } = model;
  const unreadable = new Set(
    liveOperators(withoutVariables(model).model)
      .map(({ op }) => op)
      .filter((op) => !isReadable(op, floatReaders)),
  );
  const names = (chosen: readonly TfliteTensor[]) => chosen.map(valueName);
  const counted = countOps(
    operators.map(({ op, index, outputs: [output = -1] }) => {
      const tensor = tensors[output];
      return { op, name: tensor === undefined ? `operator ${index}` : valueName(tensor) };
    }),
    (op) => !unreadable.has(op),
  );
  const stored = countParameters(
    tensors
      .filter(({ data }) => data !== undefined)
      .map((tensor) => ({ ...tensor, bytes: tensor.data?.length ?? 0 })),
  );
  const details: [string, string][] = [['schema version', '3']];
  if (subgraphCount > 1) details.push(['subgraphs', `${subgraphCount}, of which the first is the network`]);
  if (description !== '') details.push(['description', description]);
  return {
    format: 'tflite',
    details,
    inputs: model.inputs.map((index) => inspectValue(model, index)),
    outputs: model.outputs.map((index) => inspectValue(model, index)),
    ops: counted.ops,
    parameters: stored.parameters,
    unsupported: [
      ...counted.unsupported,
      ...unsupportedKind(
        'variables',
        names(tensors.filter(({ isVariable, index }) => isVariable && outlives(model, index))),
        'a variable outlives a run, and a network here keeps nothing between runs',
      ),
      ...stored.unsupported,
    ],
  };
}
