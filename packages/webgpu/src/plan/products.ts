/** @file Convolutions, dense layers and matrix products: all are products of a matrix that is read in its own way and another one. */
import type { FusedNode, HeightWidth, Node, NodeOf } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import type { ProductKernel, ProductRows, Width, Window } from './kernel.js';
import { OperandList, widthOf, withWidths } from './operands.js';
import { finishOf, operandAt, type PlanContext, type Step, shapeOf, stepOf, workgroupsFor } from './step.js';

/** A depthwise convolution that is computed where the product behind it reads. */
export type DepthwiseBefore = FusedNode & { readonly node: NodeOf<'depthwise-conv2d'> };

type Windowed = NodeOf<'conv2d' | 'conv-transpose2d' | 'depthwise-conv2d'>;

const extentOf = (shape: readonly number[]): HeightWidth => [shape[1] as number, shape[2] as number];

/** The window of a convolution. */
export function windowOf(context: PlanContext, node: Windowed): Window {
  const [kernelHeight, kernelWidth] = shapeOf(context, node.inputs[1]) as readonly [number, number];
  const { strides, dilations, padding } = node.attributes;
  return {
    size: [kernelHeight, kernelWidth],
    strides,
    dilations,
    padding,
    input: extentOf(shapeOf(context, node.inputs[0])),
    output: extentOf(shapeOf(context, node.outputs[0])),
  };
}

/** What a product is, before its operands have positions. */
interface Product {
  readonly batches: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Of the first factor, in the width that its runs allow. */
  readonly run: number;
  readonly aStride: number;
  readonly bRowStride: number;
  readonly bStride: number;
  readonly outputRowStride: number;
  readonly outputStride: number;
  readonly biasStride: number;
  rowsOf(list: OperandList): ProductRows;
}

/** A convolution with its groups as batches, which take channels side by side. */
function convolution(context: PlanContext, node: NodeOf<'conv2d' | 'conv-transpose2d'>): Product {
  const window = windowOf(context, node);
  const [images = 0, height = 0, width = 0] = shapeOf(context, node.outputs[0]);
  const stride = shapeOf(context, node.inputs[0])[3] as number;
  const [, , channels = 0, filters = 0] = shapeOf(context, node.inputs[1]);
  const { groups } = node.attributes;
  const columns = filters / groups;
  const isTransposed = node.op === 'conv-transpose2d';
  return {
    batches: groups,
    rows: images * height * width,
    columns,
    depth: window.size[0] * window.size[1] * channels,
    run: channels,
    aStride: channels,
    bRowStride: filters,
    bStride: columns,
    outputRowStride: filters,
    outputStride: columns,
    biasStride: columns,
    rowsOf: () => ({ kind: 'window', window, channels, stride, isTransposed }),
  };
}

/** Rows of `depth` numbers, times one matrix. */
function plain(rows: number, depth: number, columns: number, rowsOf?: Product['rowsOf']): Product {
  return {
    batches: 1,
    rows,
    columns,
    depth,
    run: depth,
    aStride: 0,
    bRowStride: columns,
    bStride: 0,
    outputRowStride: columns,
    outputStride: 0,
    biasStride: 0,
    rowsOf: rowsOf ?? (() => ({ kind: 'rows', rowStride: depth })),
  };
}

function matrices(context: PlanContext, node: NodeOf<'matmul'>): Product {
  const [a, b] = [shapeOf(context, node.inputs[0]), shapeOf(context, node.inputs[1])];
  const [rows = 0, depth = 0] = a.slice(-2);
  const columns = b.at(-1) as number;
  const [ofA, ofB] = [elementCount(a.slice(0, -2)), elementCount(b.slice(0, -2))];
  return {
    ...plain(rows, depth, columns),
    batches: Math.max(ofA, ofB),
    aStride: ofA === 1 ? 0 : rows * depth,
    bStride: ofB === 1 ? 0 : depth * columns,
    outputStride: rows * columns,
  };
}

function productOf(context: PlanContext, node: Node, before: DepthwiseBefore | undefined): Product {
  const output = shapeOf(context, node.outputs[0]);
  const columns = output.at(-1) as number;
  const rows = elementCount(output) / columns;
  if (before !== undefined) {
    const window = windowOf(context, before.node);
    const channels = shapeOf(context, before.node.inputs[0])[3] as number;
    return plain(rows, channels, columns, (list) => {
      const bias = before.node.inputs[2];
      return {
        kind: 'depthwise',
        window,
        channels,
        weight: list.add(context.weightOf(before.node.inputs[1] as string, 4), 4),
        ...(bias === undefined ? {} : { bias: list.add(context.operandOf(bias), 4) }),
        stages: before.epilogue,
      };
    });
  }
  if (node.op === 'matmul') return matrices(context, node);
  if (node.op === 'conv2d' || node.op === 'conv-transpose2d') return convolution(context, node);
  return plain(rows, shapeOf(context, node.inputs[0]).at(-1) as number, columns);
}

/** Rows of which threads share the depth, because there are too few of them to share. */
const fewRows = 4;

/** Columns of a thread's vectors and rows of its tile: larger tiles read less, smaller ones occupy more of a GPU. */
function tileOf({ rows, columns, batches }: Product): ProductKernel['tile'] {
  if (rows <= fewRows && batches === 1) return 'few-rows';
  const vectors = columns > 32 && rows >= 512 ? 2 : 1;
  return { rows: rows >= 64 ? 4 : 2, vectors };
}

/** Threads of a tile in each direction, and vectors of columns that a workgroup of few rows has. */
export const tileThreads = 8;
export const fewRowsVectors = 16;

function gridOf({ rows, columns, batches }: Product, tile: ProductKernel['tile']): ProductKernel['grid'] {
  if (tile === 'few-rows') return [rows, Math.ceil(columns / (4 * fewRowsVectors)), 1];
  return [
    Math.ceil(rows / (tileThreads * tile.rows)),
    Math.ceil(columns / (4 * tileThreads * tile.vectors)),
    batches,
  ];
}

/** The step of a product; `before` is a depthwise convolution that nobody else reads. */
export function planProduct(context: PlanContext, fused: FusedNode, before?: DepthwiseBefore): Step {
  const { node } = fused;
  const product = productOf(context, node, before);
  const { batches, rows, columns, depth, aStride, bStride, bRowStride } = product;
  return withWidths((most) => {
    const list = new OperandList();
    const aWidth: Width = before === undefined ? widthOf(most, product.run, aStride) : 4;
    const outputWidth = widthOf(most, columns, product.outputRowStride);
    const bWidth = widthOf(most, columns, bRowStride, bStride);
    const input = operandAt(context, before?.node ?? node, 0);
    const rowsOfA = product.rowsOf(list);
    const biasName = node.op === 'matmul' ? undefined : node.inputs[2];
    const tile = tileOf(product);
    const grid = gridOf(product, tile);
    const kernel: ProductKernel = {
      kind: 'product',
      batches,
      rows,
      columns,
      depth,
      tile,
      grid,
      a: { ...rowsOfA, operand: list.add(input, aWidth), batchStride: aStride, width: aWidth },
      b: {
        operand: list.add(context.weightOf(node.inputs[1] as string, bWidth), bWidth),
        rowStride: bRowStride,
        batchStride: bStride,
        width: bWidth,
      },
      ...(biasName === undefined
        ? {}
        : { bias: { operand: list.add(context.operandOf(biasName), 1), batchStride: product.biasStride } }),
      output: { rowStride: product.outputRowStride, batchStride: product.outputStride },
      finish: finishOf(context, list, fused, outputWidth),
    };
    const names = before === undefined ? fused.names : [...before.names, ...fused.names];
    const workgroups = workgroupsFor(grid[0] * grid[1] * grid[2], 1);
    return stepOf({ names, output: fused.output }, list, outputWidth, kernel, workgroups);
  });
}
