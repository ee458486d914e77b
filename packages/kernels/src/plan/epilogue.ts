/** @file What the engine knows of epilogues: which are long, and how they are called. */
import type { Activation, EpilogueStage } from '@sepconv/graph';

/** A function of one number that has a kernel: an activation, or xᵇ with a constant exponent. */
export type UnaryFunction = Activation | { readonly kind: 'pow'; readonly exponent: number };

const simpleStages: ReadonlySet<string> = new Set<EpilogueStage['kind'] | 'given-clamp'>([
  'abs',
  'add',
  'clamp',
  'given-clamp',
  'hard-sigmoid',
  'hard-swish',
  'leaky-relu',
  'neg',
  'round',
  'sqrt',
]);

/** Whether an epilogue is more than a few instructions, such as an exponential. */
export function isLong(epilogue: readonly { readonly kind: string }[]): boolean {
  return epilogue.some(({ kind }) => !simpleStages.has(kind));
}

/** The epilogue as part of a kernel's name: `_add_relu6`, or nothing. */
export function epilogueName(epilogue: readonly (EpilogueStage | UnaryFunction)[]): string {
  return epilogue
    .map((stage) => {
      if (stage.kind !== 'clamp') return `_${stage.kind}`;
      if (stage.min === 0 && stage.max === 6) return '_relu6';
      return stage.min === 0 && stage.max === Infinity ? '_relu' : '_clamp';
    })
    .join('');
}
