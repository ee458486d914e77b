import fc from 'fast-check';
import type { OpConformance } from '../types.ts';
import { activationClasses } from './activation.ts';
import { eluBound } from './elu.ts';

const attributes = fc.constantFrom(
  { alpha: 1.6732632423543772, scale: 1.0507009873554805 },
  { alpha: 2, scale: 3 },
  { alpha: 1, scale: 1 },
);

/** As ELU. */
export const selu: OpConformance<'selu'> = {
  classes: activationClasses('selu', attributes),
  bound: (call) => eluBound(call, call.node.attributes),
};
