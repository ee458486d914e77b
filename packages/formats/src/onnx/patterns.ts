/**
 * @file GELU as exporters spell it out before operator set 20, `x · (1 + erf(x / √2)) / 2`. It is recognized in the
 * file's nodes, because erf is no op of a graph; what other ops spell out, `../recognize.ts` finds in the graph.
 */
import type { OnnxModel, OnnxNode } from './model.js';
import { type Surroundings, surroundingsOf } from './surroundings.js';

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
