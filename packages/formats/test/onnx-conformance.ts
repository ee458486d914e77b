/**
 * @file Runs ONNX's own operator test cases (onnx/backend/test/data/node) through the importer and the reference. A case
 * is a model of one node, and tensors for its inputs and outputs. Weights, shapes and bounds come as inputs of the model
 * too; here they have to be constants.
 */
import type { Network } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { Budget } from '../src/budget.js';
import { FormatError } from '../src/errors.js';
import { toFileLayout, toGraphLayout } from '../src/file-layout.js';
import { type Constant, decodeTensor } from '../src/onnx/constant.js';
import { importModel } from '../src/onnx/import.js';
import { readModel, readTensor } from '../src/onnx/model.js';
import { Message } from '../src/onnx/wire.js';

/** Bytes of `model.onnx` and of the `.pb` files of one data set, in order. */
export interface ConformanceCase {
  readonly name: string;
  readonly model: Uint8Array;
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

export interface ConformanceResult {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'unsupported';
  /** Whether the case was computed at load, because nothing in it depends on an input of the network. */
  readonly atLoad: boolean;
  /** Why it is not `passed`. */
  readonly reason: string;
}

/** Runs a network on tensors by input name, and gives its outputs by name. */
export type Engine = (network: Network, inputs: ReadonlyMap<string, Tensor>) => ReadonlyMap<string, Tensor>;

/** ONNX's tolerances. */
const relative = 1e-3;
const absolute = 1e-7;

function readTensorFile(bytes: Uint8Array): Constant {
  const message = new Message(bytes, 'a tensor file');
  const stored = readTensor((read) => message.forEach(read), 'a tensor file');
  return decodeTensor(stored, new Budget(bytes.length));
}

/** The first disagreement in words, or `undefined`. */
function disagreement(actual: Tensor, expected: Constant): string | undefined {
  if (actual.shape.join() !== expected.shape.join()) {
    return `gives the shape ${actual.shape.join('×')} instead of ${expected.shape.join('×')}`;
  }
  for (let i = 0; i < expected.data.length; i++) {
    const a = actual.data[i] as number;
    const e = expected.data[i] as number;
    if (Object.is(a, e) || a === e) continue;
    if (!(Math.abs(a - e) <= absolute + relative * Math.abs(e))) {
      return `gives ${a} instead of ${e} at element ${i}`;
    }
  }
  return undefined;
}

/** Runs the case with the named inputs bound as constants. */
function runBound(
  test: ConformanceCase,
  isBound: (input: number) => boolean,
  engine: Engine,
): { atLoad: boolean; found: string | undefined } {
  const model = readModel(test.model);
  const foreign = [...model.inputs, ...model.outputs].find(({ type }) => type === undefined);
  if (foreign !== undefined) throw new FormatError(`${foreign.name} is a sequence or optional, not a tensor`);
  const tensors = test.inputs.map(readTensorFile);
  const bound = new Map(
    model.inputs.flatMap(({ name }, i) => {
      const tensor = tensors[i];
      return tensor !== undefined && isBound(i) ? [[name, tensor] as const] : [];
    }),
  );
  // Two cases state no shape; the tensor has one.
  const inputs = model.inputs.map((input, i) => ({ ...input, dims: tensors[i]?.shape ?? [] }));
  const imported = importModel({ ...model, inputs }, test.model.length + 2 ** 20, {}, bound);
  const atLoad = imported.inputs.length === 0;
  const free = model.inputs.flatMap(({ name }, i) => (bound.has(name) ? [] : [tensors[i] as Constant]));
  const given = imported.inputs.map((input, i) => {
    const { shape, data } = free[i] as Constant;
    return [
      input.name,
      toGraphLayout(createTensor('float32', shape, Float32Array.from(data)), input),
    ] as const;
  });
  const results = engine(imported.network, new Map(given));
  for (const [i, output] of imported.outputs.entries()) {
    const expected = test.outputs[i];
    const result = results.get(output.name) as Tensor<'float32'>;
    const found = expected && disagreement(toFileLayout(result, output), readTensorFile(expected));
    if (found !== undefined) return { atLoad, found };
  }
  return { atLoad, found: undefined };
}

/**
 * Runs one case. The first input is what the network computes with and the others are constants, as in real models. Where
 * that cannot be read, other inputs are constants, or none is, or all but the second; a case that is constant as a whole
 * tests what is computed at load.
 */
export function runConformanceCase(
  test: ConformanceCase,
  engine: Engine = (network, inputs) => runReference(network, inputs),
): ConformanceResult {
  const bindings: readonly ((input: number) => boolean)[] = [
    (i) => i > 0,
    () => false,
    (i) => i !== 1,
    () => true,
  ];
  const { name } = test;
  let reason = '';
  for (const isBound of bindings) {
    try {
      const { atLoad, found } = runBound(test, isBound, engine);
      return { name, status: found === undefined ? 'passed' : 'failed', atLoad, reason: found ?? '' };
    } catch (error) {
      if (!(error instanceof FormatError)) {
        return { name, status: 'failed', atLoad: false, reason: String(error) };
      }
      reason ||= error.message;
    }
  }
  return { name, status: 'unsupported', atLoad: false, reason };
}
