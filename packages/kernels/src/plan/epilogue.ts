/** @file What happens to an output element between its sum and its store. */
import type { Node } from '@sepconv/graph';

/** An elementwise function of one argument. */
export type Activation =
  | { readonly kind: 'clamp'; readonly min: number; readonly max: number }
  /** `scale · (x < 0 ? alpha · (eˣ − 1) : x)`: ELU with scale 1, and SELU. */
  | { readonly kind: 'elu'; readonly alpha: number; readonly scale: number }
  | { readonly kind: 'hard-sigmoid'; readonly slope: number; readonly offset: number }
  | { readonly kind: 'leaky-relu'; readonly slope: number }
  /** xᵇ with a constant exponent. */
  | { readonly kind: 'pow'; readonly exponent: number }
  | { readonly kind: 'abs' }
  | { readonly kind: 'erf' }
  | { readonly kind: 'exp' }
  | { readonly kind: 'neg' }
  | { readonly kind: 'sqrt' }
  | { readonly kind: 'tanh' }
  | { readonly kind: 'gelu' }
  | { readonly kind: 'gelu-tanh' }
  | { readonly kind: 'hard-swish' }
  | { readonly kind: 'sigmoid' }
  | { readonly kind: 'swish' };

/** A step of an epilogue: an activation, or the addition of another value of the same shape at the same place. */
export type EpilogueStage = Activation | { readonly kind: 'add' };

/** Stages in the order in which they are applied; at most one of them is an addition. */
export type Epilogue = readonly EpilogueStage[];

/** The activation that a node stands for, if it is one. */
export function activationOf(node: Node): Activation | undefined {
  switch (node.op) {
    case 'relu':
      return { kind: 'clamp', min: 0, max: Infinity };
    case 'relu6':
      return { kind: 'clamp', min: 0, max: 6 };
    case 'clamp':
      return { kind: 'clamp', min: node.attributes.min ?? -Infinity, max: node.attributes.max ?? Infinity };
    case 'hard-sigmoid':
      return { kind: 'hard-sigmoid', slope: node.attributes.slope, offset: node.attributes.offset };
    case 'elu':
      return { kind: 'elu', alpha: node.attributes.alpha, scale: 1 };
    case 'selu':
      return { kind: 'elu', alpha: node.attributes.alpha, scale: node.attributes.scale };
    case 'leaky-relu':
      return { kind: 'leaky-relu', slope: node.attributes.slope };
    case 'gelu':
      return { kind: node.attributes.approximate === 'none' ? 'gelu' : 'gelu-tanh' };
    case 'abs':
    case 'erf':
    case 'exp':
    case 'neg':
    case 'sqrt':
    case 'tanh':
    case 'hard-swish':
    case 'sigmoid':
    case 'swish':
      return { kind: node.op };
    default:
      return undefined;
  }
}

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
