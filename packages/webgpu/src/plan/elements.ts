/** @file Everything that makes one number of one element of each operand: functions, arithmetic, and moving numbers elsewhere. */
import { activationOf, type BinaryOpName, type FusedNode, type NodeOf } from '@sepconv/graph';
import { elementCount, rowMajorStrides, type Shape } from '@sepconv/tensor';
import type { Compute, ElementsKernel, Strided } from './kernel.js';
import { threads } from './kernel.js';
import { type Operand, OperandList, withWidths } from './operands.js';
import { operandAt, type PlanContext, type Step, shapeOf, stepOf, workgroupsFor } from './step.js';
import { broadcastStrides, collapse, hasVectors, inVectors, isSplat } from './strided.js';

/** What is read, and from where. */
interface Part extends Strided {
  readonly operand: Operand;
}

interface Elements {
  readonly dimensions: Shape;
  readonly reads: readonly Part[];
  readonly write: Strided;
  readonly compute: Compute;
  readonly inside?: ElementsKernel['inside'];
}

/** Steps of an elementwise kernel; the epilogue's addend is one more part. */
function planElements(
  context: PlanContext,
  fused: Pick<FusedNode, 'names' | 'output' | 'epilogue' | 'addend'>,
  elements: Elements,
): Step {
  const { addend, epilogue } = fused;
  const added: Part[] =
    addend === undefined
      ? []
      : [{ operand: context.operandOf(addend), strides: rowMajorStrides(elements.dimensions), offset: 0 }];
  const reads = [...elements.reads, ...added];
  // What is outside is told by the coordinates, which then have to stay as they are.
  const given = { dimensions: elements.dimensions, parts: [...reads, elements.write] };
  const { dimensions, parts } = elements.inside === undefined ? collapse(given) : given;
  const canVector =
    elements.inside === undefined &&
    (dimensions.at(-1) as number) % 4 === 0 &&
    parts.every((part, index) => hasVectors(part) || (isSplat(part) && index < reads.length));
  return withWidths((most) => {
    const width = canVector ? most : 1;
    const list = new OperandList();
    const positioned = reads.map(({ operand }, index) => {
      const part = parts[index] as Strided;
      const splat = width === 4 && isSplat(part);
      const { strides, offset } = width === 4 && !splat ? inVectors(part) : part;
      return { operand: list.add(operand, splat ? 1 : width), strides, offset, isSplat: splat };
    });
    const write = parts.at(-1) as Strided;
    const last = dimensions.length - 1;
    const counts = dimensions.map((size, axis) => (width === 4 && axis === last ? size / 4 : size));
    const kernel: ElementsKernel = {
      kind: 'elements',
      dimensions: counts,
      width,
      reads: positioned,
      write: width === 4 ? inVectors(write) : { strides: write.strides, offset: write.offset },
      compute: elements.compute,
      ...(elements.inside === undefined ? {} : { inside: elements.inside }),
      finish: { stages: epilogue, ...(addend === undefined ? {} : { addend: reads.length - 1 }) },
    };
    return stepOf(fused, list, width, kernel, workgroupsFor(elementCount(counts), threads));
  });
}

const dense = (shape: Shape): Strided => ({ strides: rowMajorStrides(shape), offset: 0 });

/** A function of one number. */
export function planActivation(context: PlanContext, fused: FusedNode): Step {
  const activation = activationOf(fused.node);
  const shape = shapeOf(context, fused.node.outputs[0]);
  return planElements(context, fused, {
    dimensions: shape,
    reads: [{ operand: operandAt(context, fused.node, 0), ...dense(shape) }],
    write: dense(shape),
    compute: { kind: 'activation', activation: activation as NonNullable<typeof activation> },
  });
}

/** Several operands that stretch to the output's shape. */
function planStretched(context: PlanContext, fused: FusedNode, compute: Compute): Step {
  const shape = shapeOf(context, fused.node.outputs[0]);
  return planElements(context, fused, {
    dimensions: shape,
    reads: fused.node.inputs.map((name) => ({
      operand: context.operandOf(name),
      strides: broadcastStrides(shapeOf(context, name), shape),
      offset: 0,
    })),
    write: dense(shape),
    compute,
  });
}

export const planBinary = (context: PlanContext, fused: FusedNode): Step =>
  planStretched(context, fused, { kind: 'binary', op: fused.node.op as BinaryOpName });

export function planBatchNorm(context: PlanContext, fused: FusedNode): Step {
  const { epsilon } = (fused.node as NodeOf<'batch-norm'>).attributes;
  return planStretched(context, fused, { kind: 'batch-norm', epsilon });
}

const copy: Compute = { kind: 'copy' };

export function planTranspose(context: PlanContext, fused: FusedNode): Step {
  const { permutation } = (fused.node as NodeOf<'transpose'>).attributes;
  const shape = shapeOf(context, fused.node.outputs[0]);
  const strides = rowMajorStrides(shapeOf(context, fused.node.inputs[0]));
  const turned = permutation.map((axis) => strides[axis] as number);
  const read = { operand: operandAt(context, fused.node, 0), strides: turned, offset: 0 };
  return planElements(context, fused, {
    dimensions: shape,
    reads: [read],
    write: dense(shape),
    compute: copy,
  });
}

export function planSlice(context: PlanContext, fused: FusedNode): Step {
  const { starts, steps } = (fused.node as NodeOf<'slice'>).attributes;
  const shape = shapeOf(context, fused.node.outputs[0]);
  const strides = rowMajorStrides(shapeOf(context, fused.node.inputs[0]));
  const read = {
    operand: operandAt(context, fused.node, 0),
    strides: strides.map((stride, axis) => stride * (steps[axis] as number)),
    offset: strides.reduce((sum, stride, axis) => sum + stride * (starts[axis] as number), 0),
  };
  return planElements(context, fused, {
    dimensions: shape,
    reads: [read],
    write: dense(shape),
    compute: copy,
  });
}

export function planPad(context: PlanContext, fused: FusedNode): Step {
  const { before, value } = (fused.node as NodeOf<'pad'>).attributes;
  const shape = shapeOf(context, fused.node.outputs[0]);
  const input = shapeOf(context, fused.node.inputs[0]);
  const strides = rowMajorStrides(input);
  const read = {
    operand: operandAt(context, fused.node, 0),
    strides,
    offset: -strides.reduce((sum, stride, axis) => sum + stride * (before[axis] as number), 0),
  };
  const to = input.map((size, axis) => size + (before[axis] as number));
  const inside = { from: before, to, otherwise: value };
  return planElements(context, fused, {
    dimensions: shape,
    reads: [read],
    write: dense(shape),
    compute: copy,
    inside,
  });
}

/** One step for each input, which it writes to its place. */
export function planConcat(context: PlanContext, fused: FusedNode): readonly Step[] {
  const { axis } = (fused.node as NodeOf<'concat'>).attributes;
  const strides = rowMajorStrides(shapeOf(context, fused.node.outputs[0]));
  let position = 0;
  return fused.node.inputs.map((name) => {
    const shape = shapeOf(context, name);
    const write = { strides, offset: position * (strides[axis] as number) };
    position += shape[axis] as number;
    const read = { operand: context.operandOf(name), ...dense(shape) };
    return planElements(context, fused, { dimensions: shape, reads: [read], write, compute: copy });
  });
}

/** A value that is a parameter under another shape, which does not lie in the arena. */
export function planCopy(context: PlanContext, fused: FusedNode): Step {
  const shape = shapeOf(context, fused.node.outputs[0]);
  const read = { operand: operandAt(context, fused.node, 0), ...dense(shape) };
  return planElements(context, fused, {
    dimensions: shape,
    reads: [read],
    write: dense(shape),
    compute: copy,
  });
}
