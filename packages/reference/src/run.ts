import type { Network, Node } from '@sepconv/graph';
import { checkElements, type Tensor } from '@sepconv/tensor';
import { ReferenceRunError } from './errors.js';
import type { MacCounter } from './mac-counter.js';
import { referenceOps } from './registry.js';
import { type ReferenceOptions, runNodeWith, runReferenceWith } from './run-with.js';

/**
 * Runs one node.
 *
 * @param inputs tensors in the order of `node.inputs`.
 * @returns the outputs in the order of `node.outputs`.
 * @throws {ShapeError} when the inputs do not fit the op.
 * @throws {ReferenceRunError} when an input is float16 or float64.
 */
export function runReferenceNode(
  node: Node,
  inputs: readonly Tensor[],
  counter?: MacCounter,
): readonly Tensor[] {
  if (!Array.isArray(inputs)) throw new ReferenceRunError('a node runs on a list of tensors');
  for (const input of inputs) checkElements(input, 'an input');
  return runNodeWith(referenceOps, node, inputs, counter);
}

/**
 * Runs a network node by node, exactly as it is written: nothing is folded, fused or reordered, and every value is
 * rounded to float32 where a node stores it, or is the exact integers that an integer op gives.
 *
 * @param inputs tensors by input name, or the tensor itself for a network with one input.
 * @returns the network's outputs by name.
 * @throws {GraphError} when the network contradicts itself or a weight is missing.
 * @throws {ReferenceRunError} when an input is missing, unknown, or of another shape or element type.
 *
 * @example
 * const probabilities = runReference(network, image).get('softmax');
 */
export function runReference(
  network: Network,
  inputs: Tensor | ReadonlyMap<string, Tensor>,
  options: ReferenceOptions = {},
): ReadonlyMap<string, Tensor> {
  return runReferenceWith(referenceOps, network, inputs, options);
}
