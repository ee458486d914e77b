/**
 * @file GELU as exporters spell it out before operator set 20, `x · (1 + erf(x / √2)) / 2`. It is recognized in the
 * file's nodes, because erf is no op of a graph; what other ops spell out, `../recognize.ts` finds in the graph.
 */
import { elementCount } from '@sepconv/tensor';
import { Budget } from '../budget.js';
import { decodeTensor } from './constant.js';
import { namesRead, type OnnxModel, type OnnxNode, type StoredTensor } from './model.js';

/** What is asked of the nodes around an erf. */
interface Surroundings {
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

function surroundingsOf(model: OnnxModel, nodes: readonly OnnxNode[]): Surroundings {
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

/** The other input of a two-input node where one fits. */
function otherInput(
  node: OnnxNode | undefined,
  op: string,
  fits: (input: string) => boolean,
): string | undefined {
  const [a = '', b = ''] = node?.op === op ? node.inputs : [];
  if (fits(b)) return a || undefined;
  return fits(a) ? b || undefined : undefined;
}

/** The x and the last node of a GELU around this erf. */
function geluAround(around: Surroundings, erf: OnnxNode): { x: string; last: OnnxNode } | undefined {
  const { producer, onlyReader, isNumber } = around;
  const scaled = producer(erf.inputs[0]);
  const x =
    otherInput(scaled, 'Mul', (input) => isNumber(input, Math.SQRT1_2)) ??
    (scaled?.op === 'Div' && isNumber(scaled.inputs[1], Math.SQRT2) ? scaled.inputs[0] : undefined);
  const sum = onlyReader(erf.outputs[0]);
  const product = onlyReader(sum?.outputs[0]);
  if (x === undefined || otherInput(sum, 'Add', (input) => isNumber(input, 1)) === undefined)
    return undefined;
  const factor = otherInput(product, 'Mul', (input) => input === sum?.outputs[0]);
  if (product === undefined || factor === undefined) return undefined;
  // (x / 2) · (1 + erf)
  if (otherInput(producer(factor), 'Mul', (input) => isNumber(input, 0.5)) === x) return { x, last: product };
  // (x · (1 + erf)) / 2, or ((1 + erf) / 2) · x
  const last = onlyReader(product.outputs[0]);
  const wanted = factor === x ? (input: string) => isNumber(input, 0.5) : (input: string) => input === x;
  const isHalf = factor === x || isNumber(factor, 0.5);
  const isGelu = isHalf && otherInput(last, 'Mul', wanted) === product.outputs[0];
  return isGelu && last !== undefined ? { x, last } : undefined;
}

/** The nodes with a Gelu in place of the last one of each that is spelled out; the others are read by nobody then. */
export function recognizeGelu(model: OnnxModel, nodes: readonly OnnxNode[]): readonly OnnxNode[] {
  const erfs = nodes.filter(({ op, domain }) => op === 'Erf' && domain === '');
  if (erfs.length === 0) return nodes;
  const around = surroundingsOf(model, nodes);
  const replaced = new Map<OnnxNode, OnnxNode>();
  for (const erf of erfs) {
    const found = geluAround(around, erf);
    if (found === undefined) continue;
    replaced.set(found.last, { ...found.last, op: 'Gelu', inputs: [found.x], attributes: new Map() });
  }
  return nodes.map((node) => replaced.get(node) ?? node);
}
