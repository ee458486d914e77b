/** @file The only list of planners: for each op, how a training step computes it. */
import type { TrainingOpName } from '../../ops/training-op.js';
import type { NodePlanner } from '../planned-node.js';
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
  clamp: planActivation(),
  conv2d: planConv2d,
  dense: planDense,
  'depthwise-conv2d': planDepthwiseLike,
  flatten: planView,
  'global-average-pool2d': planGlobalAveragePool2d,
  'hard-sigmoid': planActivation(),
  'hard-swish': planActivation(),
  mul: planMul,
  'pointwise-conv2d': planPointwise,
  relu: planActivation(),
  relu6: planActivation(),
  reshape: planView,
  sigmoid: planActivation(),
  swish: planActivation(),
};

/** The planner of an op. */
export function plannerOf<Name extends TrainingOpName>(op: Name): NodePlanner<Name> {
  return (planners[op] as NodePlanner<Name> | undefined) ?? fromDefinition<Name>();
}
