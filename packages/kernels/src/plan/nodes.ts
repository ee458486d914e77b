/** @file The only list of planners: for each op, how its nodes become kernels. */

import {
  activationOf,
  type NodeOf,
  type OpName,
  type ResizeTap,
  resizeTaps,
  type UnaryOpName,
} from '@sepconv/graph';
import { elementCount, rowMajorStrides, sameShape } from '@sepconv/tensor';
import { EngineError } from '../errors.js';
import {
  planByteConcat,
  planBytePad,
  planBytePool,
  planIntegerCopy,
  planParameterCopy,
} from './byte-moves.js';
import { planConvTranspose2d } from './conv-transpose2d.js';
import { planConv2d, planDense, planDepthwiseConv2d, planPointwise } from './convolutions.js';
import { type ConcatPart, paddedShape, planConcat, planPad } from './copy.js';
import {
  type BinaryOp,
  binaryUnits,
  flatUnit,
  normRows,
  planBinary,
  planChannelwise,
  planUnary,
} from './elementwise.js';
import type { UnaryFunction } from './epilogue.js';
import type { FusedNode } from './fuse.js';
import {
  planDequantize,
  planDynamicQuantize,
  planIntegerBinary,
  planIntegerMean,
  planQuantize,
} from './integer-elements.js';
import { planIntegerConv2d, planIntegerProduct } from './integer-layers.js';
import { planLayerNorm } from './layer-norm.js';
import { planLookup } from './lookup.js';
import { planMatmul } from './matmul.js';
import { globalPoolUnits, planGlobalPool, planPool } from './pool.js';
import { planMean } from './reduce-mean.js';
import { packResize, planResizeAxis, tableLength } from './resize2d.js';
import { addendOf, floatBytes, imageOf, lanes, parameterOf, shapeOf } from './shapes.js';
import { planSoftmax, softmaxUnits } from './softmax.js';
import type { Kernel, Operand, PlanContext, PlannedKernel } from './step.js';
import { planStridedCopy, type StridedCopyKernel, stridedCopyUnits } from './strided-copy.js';

/** Plans one node; `'alias'` when its result is its input under another shape. */
type Planner = (context: PlanContext, fused: FusedNode) => PlannedKernel[] | 'alias';

/** An input in memory: a value, or a parameter copied there as it is. */
function inputOperand(context: PlanContext, fused: FusedNode, index: number): Operand {
  const value = fused.node.inputs[index] as string;
  if (!context.weights.has(value)) return { kind: 'value', value };
  const { data } = parameterOf(context, fused, index);
  return { kind: 'weights', length: data.length, fill: (target) => target.set(data) };
}

/** A planner for bytes where the input is of them, else the one for real numbers. */
const planBytesOr =
  (bytes: Planner, real: Planner): Planner =>
  (context, fused) => {
    const dtype = context.types.get(fused.node.inputs[0] ?? '')?.dtype;
    return (dtype === 'int8' || dtype === 'uint8' ? bytes : real)(context, fused);
  };

/** A step whose operands are all of the node's inputs, what it packs, and its output. */
function simpleStep(
  context: PlanContext,
  fused: FusedNode,
  kernel: Kernel,
  units: number,
  inputs: readonly Operand[] = fused.node.inputs.map((_, index) => inputOperand(context, fused, index)),
): PlannedKernel[] {
  const outputBytes = elementCount(shapeOf(context, fused.output)) * floatBytes;
  const operands = [...inputs, { kind: 'value' as const, value: fused.output }, ...addendOf(fused)];
  return [{ kernel, units, operands, output: fused.output, outputBytes }];
}

/** A step of one activation on the node's first input. */
function activationStep(context: PlanContext, fused: FusedNode, activation: UnaryFunction): PlannedKernel[] {
  const length = elementCount(shapeOf(context, fused.output));
  const kernel = planUnary(context.engine, length, activation);
  return simpleStep(context, fused, kernel, Math.ceil(length / flatUnit), [inputOperand(context, fused, 0)]);
}

const planArithmetic =
  (op: BinaryOp): Planner =>
  (context, fused) => {
    const [a, b] = fused.node.inputs;
    const shapes = {
      a: shapeOf(context, a),
      b: shapeOf(context, b),
      output: shapeOf(context, fused.node.outputs[0]),
    };
    const kernel = planBinary(context.engine, op, shapes, fused.epilogue);
    return simpleStep(context, fused, kernel, binaryUnits(kernel));
  };

/** One constant exponent for all is an activation, for which there may be a shorter way. */
const planPow: Planner = (context, fused) => {
  const [base, exponents = ''] = fused.node.inputs;
  const constant = context.weights.has(exponents) ? parameterOf(context, fused, 1).data : [];
  const [exponent] = constant;
  const isOne = exponent !== undefined && constant.every((value) => value === exponent);
  if (isOne && sameShape(shapeOf(context, base), shapeOf(context, fused.node.outputs[0]))) {
    return activationStep(context, fused, { kind: 'pow', exponent });
  }
  return planArithmetic('pow')(context, fused);
};

const planBatchNorm: Planner = (context, fused) => {
  const node = fused.node as NodeOf<'batch-norm'>;
  const shape = shapeOf(context, node.inputs[0]);
  const channels = shape.at(-1) as number;
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map(
    (index) => parameterOf(context, fused, index).data,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const width = Math.ceil(channels / lanes) * lanes;
  const factors = Array.from(
    scale,
    (value, c) => value / Math.sqrt((variance[c] as number) + node.attributes.epsilon),
  );
  const packed = normRows(factors, mean, shift);
  const fill = (target: Float32Array): void => {
    packed.rows.forEach((numbers, row) => {
      target.set(numbers, row * width);
    });
  };
  const rows = elementCount(shape) / channels;
  const kernel = planChannelwise(context.engine, rows, channels, fused.epilogue, packed.centred);
  return simpleStep(context, fused, kernel, rows, [
    inputOperand(context, fused, 0),
    { kind: 'weights', length: packed.rows.length * width, fill },
  ]);
};

const planLayerNormNode: Planner = (context, fused) => {
  const { epsilon } = (fused.node as NodeOf<'layer-norm'>).attributes;
  const shape = shapeOf(context, fused.node.inputs[0]);
  const channels = shape.at(-1) as number;
  const [scale, shift] = [1, 2].map((index) => parameterOf(context, fused, index).data) as [
    Float32Array,
    Float32Array,
  ];
  const width = Math.ceil(channels / lanes) * lanes;
  const fill = (target: Float32Array): void => {
    target.set(scale);
    target.set(shift, width);
  };
  return simpleStep(
    context,
    fused,
    planLayerNorm(context.engine, channels, epsilon),
    elementCount(shape) / channels,
    [inputOperand(context, fused, 0), { kind: 'weights', length: 2 * width, fill }],
  );
};

const planSlidingPool =
  (mode: 'average' | 'max'): Planner =>
  (context, fused) => {
    const kernel = planPool(context, fused, mode);
    return simpleStep(context, fused, kernel, kernel.batch * kernel.output[0]);
  };

const planWholePool =
  (mode: 'average' | 'max'): Planner =>
  (context, fused) => {
    const [batch, height, width, channels] = imageOf(context, fused.node.inputs[0]);
    const kernel = planGlobalPool(context.engine, { mode, batch, pixels: height * width, channels });
    return simpleStep(context, fused, kernel, globalPoolUnits(kernel));
  };

/** Means one after the other; each but the last is a value of its own. */
const planMeanNode: Planner = (context, fused) => {
  const { axes } = (fused.node as NodeOf<'reduce-mean'>).attributes;
  const steps = planMean(context.engine, shapeOf(context, fused.node.inputs[0]), axes);
  if (steps.length === 0) return 'alias';
  let input = inputOperand(context, fused, 0);
  return steps.map(({ kernel, outer, inner }, index) => {
    const output = index === steps.length - 1 ? fused.output : `${fused.output}/mean-${index}`;
    const units = kernel.kind === 'row-mean' ? outer : globalPoolUnits(kernel);
    const operands = [input, { kind: 'value' as const, value: output }];
    // What is averaged later is still part of `inner`.
    const outputBytes = outer * inner * floatBytes;
    input = { kind: 'value', value: output };
    return { kernel, units, operands, output, outputBytes };
  });
};

/** Both axes, the one first that leaves less between them. */
const planResizeNode: Planner = (context, fused) => {
  const { attributes } = fused.node as NodeOf<'resize2d'>;
  const [batch, height, width, channels] = imageOf(context, fused.node.inputs[0]);
  const [rows, columns] = ([0, 1] as const).map((axis) =>
    resizeTaps(attributes, axis, [height, width][axis] as number),
  ) as [readonly (readonly ResizeTap[])[], readonly (readonly ResizeTap[])[]];
  const isRowsFirst = rows.length * width <= columns.length * height;
  const between = isRowsFirst ? width : columns.length;
  const lines = isRowsFirst ? rows.length : height;
  const alongRows = { positions: rows, outer: batch, input: height, inner: between * channels };
  const alongColumns = { positions: columns, outer: batch * lines, input: width, inner: channels };
  const passes = (isRowsFirst ? [alongRows, alongColumns] : [alongColumns, alongRows]).flatMap((axis) => {
    const kernel = planResizeAxis(context.engine, axis.positions, axis);
    return kernel === 'alias' ? [] : [{ kernel, positions: axis.positions }];
  });
  if (passes.length === 0) return 'alias';
  let input = inputOperand(context, fused, 0);
  return passes.map(({ kernel, positions }, index) => {
    const output = index === passes.length - 1 ? fused.output : `${fused.output}/resized-${index}`;
    const fill = (target: Float32Array): void => packResize(kernel, positions, target);
    const table: Operand = { kind: 'weights', length: tableLength(kernel), fill };
    const operands = [input, table, { kind: 'value' as const, value: output }];
    const units = kernel.outer * kernel.output;
    input = { kind: 'value', value: output };
    return { kernel, units, operands, output, outputBytes: units * kernel.inner * floatBytes };
  });
};

const planMatmulNode: Planner = (context, fused) =>
  planMatmul(context, fused, [inputOperand(context, fused, 0), inputOperand(context, fused, 1)]);

const planSoftmaxNode: Planner = (context, fused) => {
  const { axis } = (fused.node as NodeOf<'softmax'>).attributes;
  const kernel = planSoftmax(context.engine, shapeOf(context, fused.node.inputs[0]), axis);
  return simpleStep(context, fused, kernel, softmaxUnits(kernel));
};

const planConcatNode: Planner = (context, fused) => {
  const { axis } = (fused.node as NodeOf<'concat'>).attributes;
  const { inputs } = fused.node;
  const shapes = inputs.map((input) => shapeOf(context, input));
  return planConcat(shapes, axis).flatMap(({ first, kernel }) => {
    const operands = kernel.blocks.map((_, index) => inputOperand(context, fused, first + index));
    return simpleStep(context, fused, kernel, kernel.outer, operands);
  });
};

const planPadNode: Planner = (context, fused) => {
  const { before, after, value } = (fused.node as NodeOf<'pad'>).attributes;
  const kernel = planPad(shapeOf(context, fused.node.inputs[0]), before, after, value);
  return simpleStep(context, fused, kernel, elementCount(paddedShape(kernel).slice(0, -1)));
};

/** A copy in another order of real numbers or integers. */
const planCopy =
  (plan: (context: PlanContext, fused: FusedNode) => StridedCopyKernel | 'alias'): Planner =>
  (context, fused) => {
    const kernel = plan(context, fused);
    if (kernel === 'alias') return kernel;
    if (context.types.get(fused.output)?.dtype !== 'float32') return planIntegerCopy(context, fused, kernel);
    return simpleStep(context, fused, kernel, stridedCopyUnits(kernel));
  };

const planTransposeNode = planCopy((context, fused) => {
  const { permutation } = (fused.node as NodeOf<'transpose'>).attributes;
  const strides = rowMajorStrides(shapeOf(context, fused.node.inputs[0]));
  const turned = permutation.map((axis) => strides[axis] as number);
  return planStridedCopy('transpose', shapeOf(context, fused.output), 0, turned);
});

const planSliceNode = planCopy((context, fused) => {
  const { starts, steps } = (fused.node as NodeOf<'slice'>).attributes;
  const strides = rowMajorStrides(shapeOf(context, fused.node.inputs[0]));
  return planStridedCopy(
    'slice',
    shapeOf(context, fused.output),
    strides.reduce((offset, stride, axis) => offset + stride * (starts[axis] as number), 0),
    strides.map((stride, axis) => stride * (steps[axis] as number)),
  );
});

const planSeparable: Planner = (_, { node }) => {
  throw new EngineError(`separable-conv2d "${node.name}" should have been expanded before planning`);
};

/** Planners of all that is no function of one number, which has one for all. */
const planners: { readonly [Name in Exclude<OpName, UnaryOpName>]: Planner } = {
  add: planArithmetic('add'),
  'average-pool2d': planBytesOr(planBytePool('average'), planSlidingPool('average')),
  'batch-norm': planBatchNorm,
  concat: planBytesOr(planByteConcat, planConcatNode),
  'conv-integer': planIntegerConv2d,
  'conv-transpose2d': planConvTranspose2d,
  conv2d: planConv2d,
  dense: planDense,
  'depthwise-conv2d': planDepthwiseConv2d,
  dequantize: planDequantize,
  div: planArithmetic('div'),
  'dynamic-quantize': (context, fused) =>
    planDynamicQuantize(context, fused, inputOperand(context, fused, 0)),
  flatten: () => 'alias',
  'global-average-pool2d': planWholePool('average'),
  'global-max-pool2d': planWholePool('max'),
  'layer-norm': planLayerNormNode,
  lookup: planLookup,
  matmul: planMatmulNode,
  'matmul-integer': planIntegerProduct,
  'max-pool2d': planBytesOr(planBytePool('max'), planSlidingPool('max')),
  mul: planArithmetic('mul'),
  pad: planBytesOr(planBytePad, planPadNode),
  'pointwise-conv2d': planPointwise,
  pow: planPow,
  prelu: planArithmetic('prelu'),
  quantize: (context, fused) => planQuantize(context, fused, inputOperand(context, fused, 0)),
  'quantized-add': planIntegerBinary,
  'quantized-conv2d': planIntegerConv2d,
  'quantized-global-average-pool2d': planIntegerMean,
  'quantized-matmul': planIntegerProduct,
  'quantized-mul': planIntegerBinary,
  'reduce-mean': planMeanNode,
  reinterpret: () => 'alias',
  reshape: () => 'alias',
  resize2d: planResizeNode,
  'separable-conv2d': planSeparable,
  slice: planSliceNode,
  softmax: planSoftmaxNode,
  sub: planArithmetic('sub'),
  transpose: planTransposeNode,
};

/**
 * The kernels of a node, or `'alias'` when its result is its input under another shape.
 *
 * @throws {EngineError} when a weight of a convolution is not a parameter.
 */
export function planNode(context: PlanContext, fused: FusedNode): PlannedKernel[] | 'alias' {
  const activation = activationOf(fused.node);
  if (activation !== undefined) return activationStep(context, fused, activation);
  const planned = planners[fused.node.op as Exclude<OpName, UnaryOpName>](context, fused);
  if (planned !== 'alias' || !context.weights.has(fused.node.inputs[0] ?? '')) return planned;
  // A parameter is no value of the arena that could be seen under another shape: its numbers are copied there.
  if (context.types.get(fused.output)?.dtype !== 'float32') return planParameterCopy(context, fused);
  const [{ kernel }] = planConcat([shapeOf(context, fused.output)], 0) as [ConcatPart];
  return simpleStep(context, fused, kernel, kernel.outer, [inputOperand(context, fused, 0)]);
}
