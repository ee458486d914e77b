/** @file The only list of planners: for each op, how its nodes become kernels. */

import {
  activationOf,
  type BinaryOpName,
  contractOf,
  type FusedNode,
  type OpName,
  type UnaryOpName,
} from '@sepconv/graph';
import { EngineError } from '../errors.js';
import { planBatchNorm } from './batch-norm.js';
import { planByteConcat, planBytePad, planBytePool, planParameterCopy } from './byte-moves.js';
import { planByteResize } from './byte-resize.js';
import { planByteSoftmax } from './byte-softmax.js';
import { planConvTranspose2d } from './conv-transpose2d.js';
import { planConv2d, planDense, planDepthwiseConv2d, planPointwise } from './convolutions.js';
import { planConcatNode, planPadNode } from './copy.js';
import { activationStep, planBinaryNode } from './elementwise.js';
import { planGather } from './gather.js';
import {
  planDequantize,
  planDynamicQuantize,
  planIntegerBinary,
  planIntegerMean,
  planQuantize,
} from './integer-elements.js';
import { planIntegerConv2d, planIntegerProduct } from './integer-layers.js';
import type { Kernel } from './kernel.js';
import { planLayerNorm } from './layer-norm.js';
import { planLookup } from './lookup.js';
import { planMatmul } from './matmul.js';
import { planNonMaxSuppression } from './non-max-suppression.js';
import { typeOfInput, valueOperand } from './operands.js';
import { planSlidingPool, planWholePool } from './pool.js';
import { planMean } from './reduce-mean.js';
import { planResize } from './resize2d.js';
import { planSoftmax } from './softmax.js';
import type { PlanContext, PlannedStep } from './step.js';
import { planSlice, planTranspose } from './strided-copy.js';
import { planTopK } from './top-k.js';

/** A step of a network. */
export interface ScheduledStep extends PlannedStep<Kernel> {
  /** The nodes that it computes; padding that a convolution needs carries the convolution's name. */
  readonly nodes: readonly string[];
}

/** Plans one node that is no view of a value; nothing when the result has the numbers of its input. */
type Planner = (context: PlanContext, fused: FusedNode) => readonly PlannedStep<Kernel>[];

/** A planner for bytes where the input is of them, else the one for real numbers. */
const bytesOr =
  (bytes: Planner, real: Planner): Planner =>
  (context, fused) => {
    const { dtype } = typeOfInput(context, fused, 0);
    return (dtype === 'int8' || dtype === 'uint8' ? bytes : real)(context, fused);
  };

const planSeparable: Planner = (_, { node }) => {
  throw new EngineError(`separable-conv2d "${node.name}" should have been expanded before planning`);
};

/** Planners of all that is no function of one number or of two, which have one for all. */
const planners: { readonly [Name in Exclude<OpName, UnaryOpName | BinaryOpName>]: Planner } = {
  'average-pool2d': bytesOr(planBytePool('average'), planSlidingPool('average')),
  'batch-norm': planBatchNorm,
  concat: bytesOr(planByteConcat, planConcatNode),
  'conv-integer': planIntegerConv2d,
  'conv-transpose2d': planConvTranspose2d,
  conv2d: planConv2d,
  dense: planDense,
  'depthwise-conv2d': planDepthwiseConv2d,
  dequantize: planDequantize,
  'dynamic-quantize': planDynamicQuantize,
  flatten: planParameterCopy,
  gather: planGather,
  'global-average-pool2d': planWholePool('average'),
  'global-max-pool2d': planWholePool('max'),
  'layer-norm': planLayerNorm,
  lookup: planLookup,
  matmul: planMatmul,
  'matmul-integer': planIntegerProduct,
  'max-pool2d': bytesOr(planBytePool('max'), planSlidingPool('max')),
  pad: bytesOr(planBytePad, planPadNode),
  'pointwise-conv2d': planPointwise,
  quantize: planQuantize,
  'quantized-add': planIntegerBinary,
  'quantized-conv2d': planIntegerConv2d,
  'quantized-global-average-pool2d': planIntegerMean,
  'quantized-matmul': planIntegerProduct,
  'quantized-mul': planIntegerBinary,
  'quantized-resize2d': planByteResize,
  'quantized-softmax': planByteSoftmax,
  'reduce-mean': planMean,
  reinterpret: planParameterCopy,
  reshape: planParameterCopy,
  resize2d: planResize,
  'separable-conv2d': planSeparable,
  slice: planSlice,
  softmax: planSoftmax,
  'non-max-suppression': planNonMaxSuppression,
  'top-k': planTopK,
  transpose: planTranspose,
};

function stepsOf(context: PlanContext, fused: FusedNode): readonly PlannedStep<Kernel>[] {
  const activation = activationOf(fused.node);
  if (activation !== undefined) return activationStep(context, fused, activation);
  if (contractOf(fused.node.op).combine !== undefined) return planBinaryNode(context, fused);
  const planned = planners[fused.node.op as Exclude<OpName, UnaryOpName | BinaryOpName>](context, fused);
  return planned.length === 0 ? planParameterCopy(context, fused) : planned;
}

/**
 * The steps of a node that is no view of a value; they name no view, but the value that it is one of.
 *
 * @throws {EngineError} when a weight of a convolution is not a parameter.
 */
export function planNode(context: PlanContext, fused: FusedNode): ScheduledStep[] {
  return stepsOf(context, fused).map((step) => {
    const operands = step.operands.map((operand) =>
      operand.kind === 'value'
        ? valueOperand(context, context.views.get(operand.value) ?? operand.value)
        : operand,
    );
    return { ...step, nodes: fused.names, operands };
  });
}
