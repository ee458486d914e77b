/**
 * @file Planning of pointwise convolutions and dense layers, three matrix products each:
 *
 *   output = input · weight + bias
 *   ∂L/∂input = ∂L/∂output · weightᵀ,   ∂L/∂weight = inputᵀ · ∂L/∂output,   ∂L/∂bias = Σ_rows ∂L/∂output
 */
import type { Epilogue } from '@sepconv/graph';
import { floatBytes, type GemmShape, planGemm } from '@sepconv/kernels/toolkit';
import { elementCount } from '@sepconv/tensor';
import { runGemm } from '../gemm.js';
import { behindActivation, type NodeContext, type NodePlanner, outputBuffer } from '../planned-node.js';
import type { Buffer } from '../step-list.js';
import { sumColumns } from '../sum-columns.js';
import { flatWeightGradient, planWeightGradient, weightGradientUnits } from '../weight-gradient.js';

type Matrix = 'dense' | 'pointwise-conv2d';

/** `rows` rows of `depth` numbers times a matrix of `columns` columns. */
function flatShape(rows: number, depth: number, columns: number, epilogue: Epilogue): GemmShape {
  const pixelStride = depth * floatBytes;
  const line = { images: 1, imageStride: 0, lines: 1, lineStride: 0, pixels: rows, pixelStride };
  return { ...line, taps: [], depth, groups: 1, columns, epilogue };
}

/** The gradient of the bias, if there is one and anybody asks. */
export function giveBiasGradient(
  context: NodeContext<Matrix | 'conv2d' | 'depthwise-conv2d'>,
  gradient: Buffer,
): void {
  const { list, node, engine, inputs } = context;
  const bias = inputs[2];
  if (bias === undefined || !context.wants(2)) return;
  const channels = bias.floats;
  const summed = { mode: 'sum', rows: gradient.floats / channels, channels } as const;
  context.give(2, sumColumns(list, engine, node.name, summed, [gradient]));
}

/** `[rows, columns]` → `[columns, rows]`. */
function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = matrix[row * columns + column]!;
    }
  }
  return result;
}

const plan = <Name extends Matrix>(context: NodeContext<Name>) => {
  const { list, node, engine, shapes, outputShape, inputs } = context;
  const [input, weight, bias] = inputs as readonly [Buffer, Buffer, Buffer?];
  const depth = shapes[0]!.at(-1)!;
  const columns = outputShape.at(-1)!;
  const rows = elementCount(outputShape) / columns;
  const output = outputBuffer(context);
  const kernel = planGemm(engine, node.op, flatShape(rows, depth, columns, context.epilogue));
  runGemm(list, { label: node.name, kernel, input, weight, bias, output });
  const backward = (gradient: Buffer): void => {
    const g = behindActivation(context, output, gradient);
    if (context.wants(0)) {
      const toInput = list.buffer(`${node.name}/input-gradient`, input.floats);
      const back = planGemm(engine, `${node.op}-input-gradient`, flatShape(rows, columns, depth, []));
      const arrange = (matrix: Float32Array): Float32Array => transposed(matrix, depth, columns);
      runGemm(list, { label: node.name, kernel: back, input: g, weight, arrange, output: toInput });
      context.give(0, toInput);
    }
    if (context.wants(1)) {
      const toWeight = list.buffer(`${node.name}/weight-gradient`, weight.floats);
      const own = planWeightGradient(engine, node.op, flatWeightGradient(rows, depth, columns));
      list.clear(toWeight);
      list.kernel(node.name, own, weightGradientUnits(own), input, g, toWeight);
      context.give(1, toWeight);
    }
    giveBiasGradient(context, g);
  };
  return { output, backward };
};

export const planDense: NodePlanner<'dense'> = plan;
export const planPointwise: NodePlanner<'pointwise-conv2d'> = plan;
