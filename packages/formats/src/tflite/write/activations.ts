/** @file Which activations are fused into the operator before them. */
import type { EpilogueStage, FusionRule, OpName, ValueTypes } from '@sepconv/graph';
import { isByteType } from '../../byte-type.js';

/** Ops of which the operator, or the last of those that they become, has an activation in its options. */
const fusing: ReadonlySet<OpName> = new Set<OpName>([
  'add',
  'average-pool2d',
  'batch-norm',
  'conv2d',
  'dense',
  'depthwise-conv2d',
  'div',
  'global-max-pool2d',
  'layer-norm',
  'max-pool2d',
  'mul',
  'pointwise-conv2d',
  'sub',
]);

/** The schema's number of a clamp to what a fused activation lets through; 0 for other functions. */
export function fusedActivation(stage: EpilogueStage | undefined): number {
  if (stage?.kind !== 'clamp') return 0;
  const { min, max } = stage;
  if (min === -1 && max === 1) return 2;
  if (min !== 0) return 0;
  return max === Infinity ? 1 : max === 6 ? 3 : 0;
}

/** An activation that alone reads a result of real numbers is fused; integers have theirs in what they are stored as. */
export const activationFusion = (types: ValueTypes): FusionRule => ({
  takesEpilogue: ({ op, outputs: [output = ''] }) => fusing.has(op) && !isByteType(types.get(output)?.dtype),
  takesStage: (stage, before) => before.length === 0 && fusedActivation(stage) !== 0,
});
