/** @file The only list of planners: for each op, how a training step computes it. */
import { activationOf, contractOf, type OpName } from '@sepconv/graph';
import type { TrainingOpName } from '../../ops/training-op.js';
import type { NodeContext, NodePlanner, PlannedNode } from '../planned-node.js';
import { isSmooth } from '../slope.js';
import { planBatchNorm } from './batch-norm.js';
import { planConv2d } from './conv2d.js';
import { planDepthwiseLike } from './depthwise-conv2d.js';
import { planActivation, planAdd, planMul, planView } from './elementwise.js';
import { fromDefinition } from './from-definition.js';
import { planGlobalAveragePool2d } from './global-average-pool2d.js';
import { planDense, planPointwise } from './matrix.js';

/** Planners of the ops that have kernels; every other op runs by its definition. */
const planners: { readonly [Name in TrainingOpName]?: NodePlanner<Name> } = {
  add: planAdd,
  'batch-norm': planBatchNorm,
  conv2d: planConv2d,
  dense: planDense,
  'depthwise-conv2d': planDepthwiseLike,
  flatten: planView,
  'global-average-pool2d': planGlobalAveragePool2d,
  mul: planMul,
  'pointwise-conv2d': planPointwise,
  reshape: planView,
};

/** Whether an op has a kernel that applies a clamp in its store, and a way back that takes the clamp from the output. */
export function takesClamp(op: OpName): boolean {
  return Object.hasOwn(planners, op) && ['product', 'normalization'].includes(contractOf(op).kind);
}

/** Plans a node: by kernels where there are some, else by its definition. */
export function planNode(context: NodeContext<TrainingOpName>): PlannedNode {
  const activation = activationOf(context.node);
  if (activation?.kind === 'clamp' || (activation !== undefined && isSmooth(activation)))
    return planActivation(context, activation);
  const planner = planners[context.node.op] as NodePlanner<TrainingOpName> | undefined;
  return (planner ?? fromDefinition())(context);
}
