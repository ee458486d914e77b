/**
 * @file Planning of transposed convolutions: matrix products that write every so-many-th output pixel.
 *
 * With a stride s the output positions along an axis fall into s phases, by the remainder of their place. In one phase only
 * every so-many-th tap counts, and the output is a plain convolution of the padded input with those taps, without a stride: see
 * `phases.ts`. So each pair of phases is one product on the image itself, whose pixels lie s apart in the output; nothing is
 * scattered or added up in memory, and what a store can do besides (activations, additions) works here as anywhere.
 *
 * Where windows lie side by side along a row, as in the usual 2×2 with stride 2, the pixels of all its phases are neighbours, and
 * one product computes them as its columns.
 *
 * Taps beyond the image read zeros around it, which adds nothing as long as the weights are numbers. Where one is infinite or NaN
 * each phase is parted by which taps lie inside, and only those are multiplied.
 */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import { padded } from './convolutions.js';
import type { PadKernel } from './copy.js';
import {
  type GemmKernel,
  type GemmShape,
  gemmUnits,
  gemmWeights,
  type OutputPlaces,
  panelsOf,
  planGemm,
} from './gemm.js';
import { type GemmOfTable, type GemmTableKernel, groupByCode, planGemmTable } from './gemm-table.js';
import type { ArrangedTaps, GemmLayout, ProductPanels } from './layout.js';
import { addendOf, imageOf, layerParameters, shapeOf } from './operands.js';
import { insideParts, type Phase, phaseReach, phasesAlong } from './phases.js';
import { floatBytes } from './sizes.js';
import type { Operand, PlanContext, PlannedStep } from './step.js';

/** Products that are steps of their own; more go into tables, because each step has its calls in the module. */
const mostSteps = 64;

type Shape4 = readonly [number, number, number, number];

/** A transposed convolution with all of its sizes. */
interface Transposed {
  readonly attributes: NodeOf<'conv-transpose2d'>['attributes'];
  readonly input: Shape4;
  readonly output: Shape4;
  /** `[K_h, K_w, C_in / groups, C_out]` */
  readonly weight: Shape4;
}

/** Output pixels that one product computes along a row: one phase, or all of them side by side. */
interface Columns extends Phase {
  /** Taps that become neighbouring columns, instead of terms of one sum. */
  readonly sideBySide: number;
}

function rowPhases({ attributes, output, weight }: Transposed): readonly Phase[] {
  const { strides, dilations, padding } = attributes;
  return phasesAlong({
    input: output[1],
    window: weight[0],
    stride: strides[0],
    dilation: dilations[0],
    paddingBefore: padding.top,
  });
}

function columnPhases({ attributes, input, output, weight }: Transposed): readonly Columns[] {
  const { strides, dilations, padding, groups } = attributes;
  const [stride, dilation, window] = [strides[1], dilations[1], weight[1]];
  const isWhole = padding.left === 0 && output[2] === input[2] * stride;
  if (groups === 1 && window === stride && (dilation === 1 || window === 1) && isWhole) {
    return [{ first: 0, count: input[2], taps: [0], dilation: 1, offset: 0, sideBySide: window }];
  }
  const axis = { input: output[2], window, stride, dilation, paddingBefore: padding.left };
  return phasesAlong(axis).map((phase) => ({ ...phase, sideBySide: 1 }));
}

/** The same, parted so that nothing beyond the image is read. */
function insidePhases(
  transposed: Transposed,
): readonly [rows: readonly Phase[], columns: readonly Columns[]] {
  const { attributes, input } = transposed;
  return [
    rowPhases(transposed).flatMap((phase) => insideParts(phase, input[1], attributes.strides[0])),
    columnPhases(transposed).flatMap((columns) =>
      insideParts(columns, input[2], attributes.strides[1]).map((part) => ({
        ...part,
        sideBySide: columns.sideBySide,
      })),
    ),
  ];
}

/** Input positions before the first and behind the last that some phase reads. */
function reach(phases: readonly Phase[], size: number): { before: number; after: number } {
  const before = Math.max(0, ...phases.map(({ offset }) => -offset));
  const after = Math.max(0, ...phases.map((phase) => phase.offset + phaseReach(phase) - size));
  return { before, after };
}

/** The taps of one product in the order in which the input is read. */
function tapsOf({ weight: [, width, inputs, outputs] }: Transposed, y: Phase, x: Columns): ArrangedTaps {
  return { rows: y.taps, columns: x.taps, width, inputs, outputs, sideBySide: x.sideBySide };
}

/** Where the pixels of a pair of phases lie. */
function placesOf({ attributes, output }: Transposed, y: Phase, x: Columns): OutputPlaces {
  const [, height, width, channels] = output;
  const pixel = channels * floatBytes;
  return {
    offset: (y.first * width + x.first) * pixel,
    imageStride: height * width * pixel,
    lineStride: attributes.strides[0] * width * pixel,
    pixelStride: attributes.strides[1] * pixel,
  };
}

/** The product of a pair of phases on an image of `size` pixels that has `before` pixels of padding. */
function productOf(
  transposed: Transposed,
  y: Phase,
  x: Columns,
  { size, before }: { readonly size: readonly [number, number]; readonly before: readonly [number, number] },
): Omit<GemmShape, 'epilogue'> {
  const { input, output, attributes } = transposed;
  const { groups } = attributes;
  const pixelBytes = input[3] * floatBytes;
  const rowBytes = size[1] * pixelBytes;
  const isContiguous = groups === 1 && (x.dilation === 1 || x.taps.length === 1);
  const taps = [
    { count: y.taps.length, stride: y.dilation * rowBytes },
    { count: isContiguous ? 1 : x.taps.length, stride: x.dilation * pixelBytes },
  ].filter(({ count }) => count > 1);
  return {
    inputOffset: (y.offset + before[0]) * rowBytes + (x.offset + before[1]) * pixelBytes,
    images: input[0],
    imageStride: size[0] * rowBytes,
    lines: y.count,
    lineStride: rowBytes,
    pixels: x.count,
    pixelStride: pixelBytes,
    taps,
    depth: (isContiguous ? x.taps.length : 1) * (input[3] / groups),
    groups,
    columns: (x.sideBySide * output[3]) / groups,
    places: placesOf(transposed, y, x),
  };
}

/** The bias at every pixel, by a product without terms: where the stride is above the window, some pixels get nothing else. */
function biasOnly({ attributes: { groups }, output }: Transposed): Omit<GemmShape, 'epilogue'> {
  const [batch, height, width, channels] = output;
  return {
    images: 1,
    imageStride: 0,
    lines: 1,
    lineStride: 0,
    pixels: batch * height * width,
    pixelStride: 0,
    taps: [],
    depth: 0,
    groups,
    columns: channels / groups,
  };
}

/** Whether the phases compute every output pixel. */
function isCovered({ output }: Transposed, rows: readonly Phase[], columns: readonly Columns[]): boolean {
  const height = rows.reduce((sum, { count }) => sum + count, 0);
  const width = columns.reduce((sum, { count, sideBySide }) => sum + count * sideBySide, 0);
  return height * width === output[1] * output[2];
}

/** A transposed convolution: one product for each pair of phases that any tap reaches. */
export function planConvTranspose2d(
  context: PlanContext,
  fused: FusedNode,
): PlannedStep<PadKernel | GemmKernel | GemmTableKernel>[] {
  const node = fused.node as NodeOf<'conv-transpose2d'>;
  const [image = ''] = node.inputs;
  const output = imageOf(context, node.outputs[0]);
  const transposed: Transposed = {
    attributes: node.attributes,
    input: imageOf(context, image),
    output,
    weight: shapeOf(context, node.inputs[1]) as unknown as Shape4,
  };
  const parameters = layerParameters(context, fused);
  const [rows, columns] = context.facts.infinite.has(node.name)
    ? insidePhases(transposed)
    : [rowPhases(transposed), columnPhases(transposed)];
  const [vertical, horizontal] = [reach(rows, transposed.input[1]), reach(columns, transposed.input[2])];
  const source = padded(context, image, fused.output, {
    top: vertical.before,
    bottom: vertical.after,
    left: horizontal.before,
    right: horizontal.after,
  });
  const plan = (shape: Omit<GemmShape, 'epilogue'>): GemmKernel =>
    planGemm(context.engine, 'conv-transpose2d', { ...shape, epilogue: fused.epilogue });
  const step = (
    kernel: GemmKernel | GemmTableKernel,
    units: number,
    products: GemmLayout['products'],
    table: readonly Operand[] = [],
  ): PlannedStep<GemmKernel | GemmTableKernel> => ({
    kernel,
    units,
    operands: [
      { kind: 'value', value: source.value },
      gemmWeights(products, parameters),
      { kind: 'value', value: fused.output },
      ...addendOf(fused),
      ...table,
    ],
    output: fused.output,
    outputBytes: output.reduce((bytes, size) => bytes * size, floatBytes),
  });
  const panels = ({ kernel, taps }: GemmOfTable): ProductPanels => ({ ...panelsOf(kernel), taps });
  const several = (group: readonly GemmOfTable[]) => {
    const { kernel, table } = planGemmTable(group);
    return step(kernel, group.length, group.map(panels) as [ProductPanels, ...ProductPanels[]], [table]);
  };
  const products = rows.flatMap((y) =>
    columns.map((x): GemmOfTable => {
      const size = [source.height, source.width] as const;
      const before = [vertical.before, horizontal.before] as const;
      return {
        kernel: plan(productOf(transposed, y, x, { size, before })),
        taps: tapsOf(transposed, y, x),
      };
    }),
  );
  const steps =
    products.length <= mostSteps
      ? products.map((product) => step(product.kernel, gemmUnits(product.kernel), [panels(product)]))
      : groupByCode(products).map(several);
  const bias = plan(biasOnly(transposed));
  return [
    ...source.steps,
    ...(isCovered(transposed, rows, columns) ? [] : [step(bias, gemmUnits(bias), [panelsOf(bias)])]),
    ...steps,
  ];
}
