/** @file TensorFlow ops of which everything is known before the network runs. */
import { refuse } from '../../errors.js';
import { type Known, listOf, single } from '../../fold/known.js';
import { tensorflowFolds } from '../../fold/tensorflow.js';
import type { Constant, NodeCall } from './context.js';

/** Ops on the shape of what they read, which is known even of what the network computes. */
const shapeOps: ReadonlyMap<string, (shape: readonly number[]) => Known> = new Map([
  ['Rank', (shape) => single(shape.length)],
  ['Shape', listOf],
  ['Size', (shape) => single(shape.reduce((a, b) => a * b, 1))],
]);

/** Whether an op can be computed at load. */
export const isFoldable = (op: string): boolean => tensorflowFolds.has(op) || shapeOps.has(op);

/** The results of a node, when everything that it depends on is known. */
export function tryFold(call: NodeCall): readonly Constant[] | undefined {
  const { node, name } = call;
  const constant = ({ shape, data }: Known, index = 0): Constant => ({
    kind: 'constant',
    shape,
    data,
    name: index === 0 ? name : `${name}:${index}`,
  });
  const ofShape = shapeOps.get(node.op);
  if (ofShape !== undefined) return [constant(ofShape(call.shape(0)))];
  const fold = tensorflowFolds.get(node.op);
  if (fold === undefined || call.inputs.length === 0) return undefined;
  const inputs = call.inputs.flatMap((input) => (input.kind === 'constant' ? [input] : []));
  if (inputs.length < call.inputs.length) return undefined;
  const results = fold({ budget: call.emitter.budget, inputs, attributes: node });
  if (!('shape' in results)) return results.map(constant);
  // TensorFlow's Div of integers drops the rest.
  const isCut = node.op === 'Div' && node.type('T').startsWith('DT_INT');
  return [constant(isCut ? { ...results, data: results.data.map(Math.trunc) } : results)];
}

/** The truth of a condition that must be known. */
export function isTrue(value: { readonly kind: string } | Constant, what: string): boolean {
  if (value.kind !== 'constant' || !('data' in value)) {
    refuse(`${what} depends on what the network computes; only what is known before it runs is supported`);
  }
  if (value.data.length !== 1) refuse(`${what} must be one number, not ${value.data.length}`);
  return value.data[0] !== 0;
}
