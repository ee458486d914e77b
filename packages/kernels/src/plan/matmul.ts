/**
 * @file Planning of products of two matrices that the network computes: the second one is packed into panels while the network
 * runs, as the weights of a layer are packed once, and then the product is that of every other layer.
 */
import type { FusedNode } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { type GemmKernel, gemmUnits, packedLength, panelCount, planGemm } from './gemm.js';
import { inputOperand, oneStep, shapeOf } from './operands.js';
import { floatBytes } from './sizes.js';
import type { PlanContext, PlannedStep } from './step.js';

/**
 * Matrices `[depth, columns]` in panels of `vectors` vectors of columns: a row of zeros in place of the bias, then the panel's rows.
 * A unit of work is a panel. Columns that the last panel has too many hold anything.
 */
export interface PackMatrixKernel {
  readonly kind: 'pack-matrix';
  readonly name: string;
  readonly matrices: number;
  readonly depth: number;
  readonly columns: number;
  readonly vectors: number;
}

function planPacking(kernel: GemmKernel, matrices: number): PackMatrixKernel {
  const { depth, columns, tile } = kernel;
  return {
    kind: 'pack-matrix',
    name: 'f32_pack-matrix__simd128',
    matrices,
    depth,
    columns,
    vectors: tile.vectors,
  };
}

/** `matmul`: the packing of the second input, and the product. */
export function planMatmul(
  context: PlanContext,
  fused: FusedNode,
): (PlannedStep<PackMatrixKernel> | PlannedStep<GemmKernel>)[] {
  const { engine } = context;
  const [shapeA, shapeB] = [0, 1].map((index) => shapeOf(context, fused.node.inputs[index])) as [
    readonly number[],
    readonly number[],
  ];
  const [rows = 0, depth = 0] = shapeA.slice(-2);
  const columns = shapeB.at(-1) as number;
  const [manyA, manyB] = [shapeA, shapeB].map((shape) => elementCount(shape.slice(0, -2))) as [
    number,
    number,
  ];
  // Where all are multiplied by one matrix, their rows are those of a single one.
  const images = manyB;
  const kernel = planGemm(engine, 'matmul', {
    images,
    imageStride: manyA === 1 ? 0 : rows * depth * floatBytes,
    lines: 1,
    lineStride: 0,
    pixels: manyB === 1 ? manyA * rows : rows,
    pixelStride: depth * floatBytes,
    taps: [],
    depth,
    groups: 1,
    columns,
    epilogue: fused.epilogue,
    isPackedPerImage: true,
  });
  const packing = planPacking(kernel, images);
  const packed = `${fused.output}/packed`;
  return [
    {
      kernel: packing,
      units: images * panelCount(kernel),
      operands: [inputOperand(context, fused, 1), { kind: 'value', value: packed }],
      output: packed,
      outputBytes: images * packedLength(kernel) * floatBytes,
    },
    ...oneStep(context, fused, kernel, gemmUnits(kernel), [
      inputOperand(context, fused, 0),
      { kind: 'value', value: packed },
    ]),
  ];
}
