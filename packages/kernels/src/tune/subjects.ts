/** @file What of a plan can be cut in several ways, and in which. */
import type { Choices, DepthwiseBlock, KernelChoices, ProductBlock } from '../plan/choices.js';
import { depthwiseCandidates, depthwiseKey } from '../plan/depthwise-block.js';
import type { Engine } from '../plan/engine.js';
import { productCandidates, productKey } from '../plan/gemm.js';
import type { Kernel } from '../plan/kernel.js';
import { macsOf } from '../plan/macs.js';
import type { Plan } from '../plan/plan.js';

/** A way to cut a kernel's work. */
export type Block = DepthwiseBlock | ProductBlock;

/** A kernel of a plan whose cut can be chosen: the first step that runs it, and what there is to try, the usual cut first. */
export interface Subject {
  readonly kind: keyof KernelChoices;
  readonly key: string;
  readonly macs: number;
  readonly position: number;
  readonly candidates: readonly Block[];
}

function subjectOf(engine: Engine, kernel: Kernel): Omit<Subject, 'position'> | undefined {
  const macs = macsOf(kernel);
  switch (kernel.kind) {
    case 'depthwise-conv2d':
      return {
        kind: 'depthwise',
        key: depthwiseKey(kernel),
        macs,
        candidates: depthwiseCandidates(engine, kernel),
      };
    case 'gemm':
      return {
        kind: 'products',
        key: productKey(kernel),
        macs,
        candidates: productCandidates(engine, kernel),
      };
    default:
      return undefined;
  }
}

/**
 * The distinct kernels of a plan that can be cut in other ways: those with most to gain first, which are depthwise convolutions, then
 * those with most work.
 */
export function subjectsOf({ engine, steps }: Plan): Subject[] {
  const subjects = new Map<string, Subject>();
  steps.forEach(({ kernel }, position) => {
    const subject = subjectOf(engine, kernel as Kernel);
    if (subject === undefined || subject.candidates.length < 2 || subjects.has(subject.key)) return;
    subjects.set(subject.key, { ...subject, position });
  });
  const isProduct = ({ kind }: Subject): number => Number(kind === 'products');
  return [...subjects.values()].sort((a, b) => isProduct(a) - isProduct(b) || b.macs - a.macs);
}

/** Subjects with the cut that was chosen for each. */
export type Chosen = readonly (readonly [subject: Subject, block: Block])[];

/** Choices by kind and key. */
export function choicesOf(chosen: Chosen): KernelChoices {
  const ofKind = <Kind extends keyof KernelChoices>(kind: Kind): KernelChoices[Kind] => {
    const own = chosen.filter(([subject]) => subject.kind === kind);
    // A subject of a kind has candidates of that kind alone.
    return Object.fromEntries(own.map(([{ key }, block]) => [key, block])) as unknown as KernelChoices[Kind];
  };
  return { depthwise: ofKind('depthwise'), products: ofKind('products') };
}

/** Both, with what the second has of a kernel where both have something. */
export function joinChoices(first: KernelChoices, second: KernelChoices): KernelChoices {
  return {
    depthwise: { ...first.depthwise, ...second.depthwise },
    products: { ...first.products, ...second.products },
  };
}

/** Subjects of which so many cuts, or all, were not tried yet. */
export const unknownOf = (subjects: readonly Subject[], tried: Choices['tried'], cuts: number): Subject[] =>
  subjects.filter(({ key, candidates }) => (tried[key] ?? 0) < Math.min(cuts, candidates.length));
