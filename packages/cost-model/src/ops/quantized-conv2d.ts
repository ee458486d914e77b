import type { NodeOf } from '@sepconv/graph';
import { conv2d } from './conv2d.js';
import type { CostFormula } from './formula.js';

/** As a convolution of real numbers: a multiply-accumulate of integers counts as one. */
export const quantizedConv2d: CostFormula<'quantized-conv2d'> = ({ node, ...types }) =>
  conv2d({ node: { ...node, op: 'conv2d' } as NodeOf<'conv2d'>, ...types });
