import type { NodeOf } from '@sepconv/graph';
import { conv2d } from './conv2d.js';
import type { CostFormula } from './formula.js';

/** As a convolution of real numbers: a multiply-accumulate of integers counts as one. */
export const convInteger: CostFormula<'conv-integer'> = ({ node, ...types }) =>
  conv2d({ node: { ...node, op: 'conv2d' } as NodeOf<'conv2d'>, ...types });
