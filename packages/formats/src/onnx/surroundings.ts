/** @file What stands around a file's nodes: who computes a value, who reads it, and which constants have one number. */
import { elementCount } from '@sepconv/tensor';
import { Budget } from '../budget.js';
import { decodeTensor } from './constant.js';
import { namesRead, type OnnxModel, type OnnxNode, type StoredTensor } from './model.js';

/** What is asked of the nodes around one. */
export interface Surroundings {
  producer(value: string | undefined): OnnxNode | undefined;
  /** The only reader of a value that is no output, or `undefined`. */
  onlyReader(value: string | undefined): OnnxNode | undefined;
  /** Whether a value is a constant of this one number. */
  isNumber(value: string | undefined, wanted: number): boolean;
}

function numberOf(stored: StoredTensor | undefined): number | undefined {
  if (stored === undefined || elementCount(stored.dims) !== 1 || stored.external) return undefined;
  return decodeTensor(stored, new Budget(0)).data[0];
}

/** Everything around the nodes of a model. */
export function surroundingsOf(model: OnnxModel, nodes: readonly OnnxNode[]): Surroundings {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const readers = new Map<string, OnnxNode[]>();
  for (const node of nodes) {
    for (const input of namesRead(node)) {
      const found = readers.get(input);
      if (found === undefined) readers.set(input, [node]);
      else found.push(node);
    }
  }
  const outputs = new Set(model.outputs.map(({ name }) => name));
  return {
    producer: (value = '') => producers.get(value),
    onlyReader: (value = '') => {
      const [reader, ...others] = readers.get(value) ?? [];
      return others.length > 0 || outputs.has(value) ? undefined : reader;
    },
    isNumber: (value = '', wanted) => {
      const { attributes } = producers.get(value) ?? {};
      const stored = model.initializers.get(value) ?? attributes?.get('value')?.tensor;
      const number = numberOf(stored) ?? attributes?.get('value_float')?.float;
      return number !== undefined && Math.abs(number - wanted) <= 1e-4 * wanted;
    },
  };
}
