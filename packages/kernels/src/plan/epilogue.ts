/** @file What happens to an output element between its sum and its store. */
import type { Activation } from '@sepconv/graph';

/** A function of one number that has a kernel: an activation, or xᵇ with a constant exponent. */
export type UnaryFunction = Activation | { readonly kind: 'pow'; readonly exponent: number };

/** A step of an epilogue: an activation, or the addition of another value of the same shape at the same place. */
export type EpilogueStage = UnaryFunction | { readonly kind: 'add' };

/** Stages in the order in which they are applied; at most one of them is an addition. */
export type Epilogue = readonly EpilogueStage[];

/** Whether an epilogue reads a second value. */
export function hasAddition(epilogue: readonly { readonly kind: string }[]): boolean {
  return epilogue.some(({ kind }) => kind === 'add');
}

const simpleStages: ReadonlySet<string> = new Set<EpilogueStage['kind'] | 'given-clamp'>([
  'abs',
  'add',
  'clamp',
  'given-clamp',
  'hard-sigmoid',
  'hard-swish',
  'leaky-relu',
  'neg',
  'sqrt',
]);

/** Whether an epilogue is more than a few instructions, such as an exponential. */
export function isLong(epilogue: readonly { readonly kind: string }[]): boolean {
  return epilogue.some(({ kind }) => !simpleStages.has(kind));
}

/** The epilogue as part of a kernel's name: `_add_relu6`, or nothing. */
export function epilogueName(epilogue: Epilogue): string {
  return epilogue
    .map((stage) => {
      if (stage.kind !== 'clamp') return `_${stage.kind}`;
      if (stage.min === 0 && stage.max === 6) return '_relu6';
      return stage.min === 0 && stage.max === Infinity ? '_relu' : '_clamp';
    })
    .join('');
}
