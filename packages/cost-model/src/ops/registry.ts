/** @file What each op costs: the formulas of products, and one rule for everything else. */
import {
  contractOf,
  isOpName,
  type Node,
  type OpKind,
  type OpName,
  opNames,
  type ValueType,
} from '@sepconv/graph';
import { CostError } from '../errors.js';
import type { LayerType } from '../types.js';
import { convTranspose2d } from './conv-transpose2d.js';
import { conv2d } from './conv2d.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import type { CostFormula, OpCost } from './formula.js';
import { matmul } from './matmul.js';
import { pointwiseConv2d } from './pointwise-conv2d.js';
import { separableConv2d } from './separable-conv2d.js';
import { slice } from './slice.js';

/** Formulas of their own. A multiply-accumulate of integers counts as one of real numbers. */
export const formulas: { readonly [Name in OpName]?: CostFormula<Name> } = {
  'conv-integer': conv2d,
  'conv-transpose2d': convTranspose2d,
  conv2d,
  dense: matmul,
  'depthwise-conv2d': depthwiseConv2d,
  matmul,
  'matmul-integer': matmul,
  'pointwise-conv2d': pointwiseConv2d,
  'quantized-conv2d': conv2d,
  'quantized-matmul': matmul,
  'separable-conv2d': separableConv2d,
  slice,
};

/** Layer types of ops without a formula; the two normalizations are types by their own names. */
const layerTypeOf: { readonly [Kind in Exclude<OpKind, 'product' | 'normalization'>]: LayerType } = {
  activation: 'activation',
  conversion: 'elementwise',
  elementwise: 'elementwise',
  movement: 'other',
  pooling: 'pooling',
  resampling: 'other',
  view: 'other',
};

/** 0 MACs, by the definition of the count: no convolution and no dense layer. */
function costWithoutMacs(op: OpName): OpCost {
  const { kind } = contractOf(op);
  const type = kind === 'normalization' ? op : layerTypeOf[kind as keyof typeof layerTypeOf];
  return { type: type as LayerType, macs: 0, isView: kind === 'view' };
}

/** The cost's own error, before inference gets to say that the op is unknown. */
export function expectFormula(node: Node): void {
  if (isOpName(node.op)) return;
  throw new CostError(
    `node "${(node as Node).name}" has the op "${String((node as Node).op)}", for which there is no cost formula, which is no op of the graph either; there are formulas for ${opNames.join(', ')}`,
  );
}

/**
 * The cost of one node.
 *
 * @throws {CostError} when a count is not exact.
 */
export function costOfNode(node: Node, inputs: readonly ValueType[], output: ValueType): OpCost {
  // The union of formulas and the union of nodes belong together by `node.op`.
  const formula = formulas[node.op] as CostFormula<OpName> | undefined;
  return formula?.({ node, inputs, output } as Parameters<typeof formula>[0]) ?? costWithoutMacs(node.op);
}
