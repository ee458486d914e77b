import fc from 'fast-check';
import { eluUlp } from '../exponential.ts';
import { boundTensor, type FloatTensor, inflation, smallestNormal, ulp } from '../floats.ts';
import type { BoundCall, OpConformance } from '../types.ts';
import { activationClasses } from './activation.ts';

/** ELU and SELU: `scale · (x < 0 ? alpha · (eˣ − 1) : x)`, nowhere steeper than at one side of 0. */
export function eluBound(
  { inputs, errors, output }: Pick<BoundCall<'elu'>, 'inputs' | 'errors' | 'output'>,
  { alpha, scale }: { readonly alpha: number; readonly scale: number },
): FloatTensor {
  const [input] = inputs as readonly [FloatTensor];
  const [error] = errors as readonly [FloatTensor];
  const steepest = Math.abs(scale) * Math.max(1, Math.abs(alpha));
  return boundTensor(output.shape, (index) => {
    const x = input.data[index]!;
    const e = error.data[index]!;
    if (scale === 1 && x - e >= 0) return e;
    const reach = Math.abs(output.data[index]!) + steepest * e;
    return (steepest * e + eluUlp * ulp * reach) * inflation + smallestNormal;
  });
}

const attributes = fc.constantFrom({ alpha: 1 }, { alpha: 0.3 }, { alpha: 2 }, { alpha: -1 });

/** Within {@link eluUlp}; exact from 0 on. */
export const elu: OpConformance<'elu'> = {
  classes: activationClasses('elu', attributes),
  bound: (call) => eluBound(call, { alpha: call.node.attributes.alpha, scale: 1 }),
};
