/**
 * @file The first stage of a network in patches: its output is cut into a grid, and for each cell only what that cell needs
 * of every tensor before it is computed. Early tensors are the large ones, so the peak falls; what neighbouring cells both
 * need is computed twice.
 *
 * Source: Lin et al. 2021 (MCUNetV2), arXiv:2110.15352.
 */
import {
  contractOf,
  dilatedExtent,
  type FusedGraph,
  type MemorySchedule,
  type MemoryStep,
  type Node,
  type ValueTypes,
} from '@sepconv/graph';
import { sameShape } from '@sepconv/tensor';
import { costOf } from '../cost.js';
import { CostError } from '../errors.js';
import { type ActivationType, arenaOf } from './arena.js';

/** How a first stage is run in patches. */
export interface PatchedStage {
  /** Cells along height and along width. */
  readonly grid: number;
  /** The last node of the stage. */
  readonly until: string;
  /** The network's MACs with what is computed twice, over those without: 1.1 is 10 % more work. */
  readonly macsFactor: number;
}

/** A schedule with its first stage in patches. */
export interface Patched {
  readonly schedule: MemorySchedule;
  readonly stage: PatchedStage;
}

/** Rows and columns of a value, from the first to before the last. */
interface Region {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

const union = (a: Region | undefined, b: Region): Region =>
  a === undefined
    ? b
    : {
        rows: [Math.min(a.rows[0], b.rows[0]), Math.max(a.rows[1], b.rows[1])],
        columns: [Math.min(a.columns[0], b.columns[0]), Math.max(a.columns[1], b.columns[1])],
      };

const areaOf = ({ rows, columns }: Region): number => (rows[1] - rows[0]) * (columns[1] - columns[0]);

/** Whether a part of the output needs the same part of every input. */
function isPixelwise(op: Node['op']): boolean {
  const { activation, combine, kind } = contractOf(op);
  return (
    activation !== undefined || combine !== undefined || kind === 'normalization' || op === 'pointwise-conv2d'
  );
}

type Interval = readonly [number, number];

/** The part of one axis that a window needs for a part of its output. */
function windowInterval(
  [first, end]: Interval,
  size: number,
  window: { readonly extent: number; readonly stride: number; readonly before: number },
): Interval {
  const from = first * window.stride - window.before;
  const to = (end - 1) * window.stride - window.before + window.extent;
  return [Math.max(0, from), Math.min(size, to)];
}

/** What a node needs of its first input for a part of its output; `undefined` when it needs all of it. */
function needOf(node: Node, types: ValueTypes, region: Region): Region | undefined {
  if (isPixelwise(node.op)) return region;
  switch (node.op) {
    case 'conv2d':
    case 'depthwise-conv2d':
    case 'average-pool2d':
    case 'max-pool2d': {
      const { strides, dilations, padding } = node.attributes;
      const [, height = 0, width = 0] = types.get(node.inputs[0] as string)?.shape ?? [];
      const window =
        'window' in node.attributes ? node.attributes.window : types.get(node.inputs[1] as string)?.shape;
      const [tall = 1, wide = 1] = window ?? [];
      const rows = { extent: dilatedExtent(tall, dilations[0]), stride: strides[0], before: padding.top };
      const columns = { extent: dilatedExtent(wide, dilations[1]), stride: strides[1], before: padding.left };
      return {
        rows: windowInterval(region.rows, height, rows),
        columns: windowInterval(region.columns, width, columns),
      };
    }
    default:
      return undefined;
  }
}

/** Everything about a graph that cutting it needs. */
interface Context extends Pick<FusedGraph, 'types' | 'views'> {
  readonly parameters: ReadonlySet<string>;
  readonly schedule: MemorySchedule;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly macs: ReadonlyMap<string, number>;
  readonly totalMacs: number;
}

/** An image of more than one pixel, the only values of which there are parts. */
function imageOf(types: ValueTypes, value: string): readonly [height: number, width: number] | undefined {
  const { shape = [] } = types.get(value) ?? {};
  const [, height = 1, width = 1] = shape;
  return shape.length === 4 && height * width > 1 ? [height, width] : undefined;
}

/** A part of an image that may be stretched: along a dimension of one position, that one. */
function within({ rows, columns }: Region, [height, width]: readonly [number, number]): Region {
  return { rows: height === 1 ? [0, 1] : rows, columns: width === 1 ? [0, 1] : columns };
}

/** The parts of every value that one cell of the last step's output needs; `undefined` when a node needs everything. */
function regionsOf(context: Context, last: number, cell: Region): Map<string, Region> | undefined {
  const { schedule, nodes, types, views } = context;
  const regions = new Map<string, Region>([[schedule.steps[last]?.output as string, cell]]);
  for (let step = last; step >= 0; step--) {
    const { nodes: names } = schedule.steps[step] as MemoryStep;
    for (const name of names.toReversed()) {
      const node = nodes.get(name) as Node;
      const region = regions.get(node.outputs[0] as string);
      if (region === undefined) continue;
      const need = needOf(node, types, region);
      for (const input of node.inputs) {
        if (context.parameters.has(input)) continue;
        const size = imageOf(types, input);
        if (need === undefined || size === undefined) return undefined;
        const source = views.get(input) ?? input;
        // The pixels of another shape are others.
        if (!sameShape(types.get(source)?.shape ?? [], types.get(input)?.shape ?? [])) return undefined;
        regions.set(source, union(regions.get(source), within(need, size)));
      }
    }
  }
  return regions;
}

function cellsOf(grid: number, [height, width]: readonly [number, number]): Region[] {
  const cut = (size: number): Interval[] =>
    Array.from({ length: grid }, (_, i) => [
      Math.floor((i * size) / grid),
      Math.floor(((i + 1) * size) / grid),
    ]);
  return cut(height).flatMap((rows) => cut(width).map((columns) => ({ rows, columns })));
}

/** The largest part of every value that any cell needs, in pixels, and the MACs of all cells over those without cells. */
function largestParts(
  context: Context,
  last: number,
  grid: number,
): { readonly areas: ReadonlyMap<string, number>; readonly macsFactor: number } | undefined {
  const size = imageOf(context.types, context.schedule.steps[last]?.output as string);
  if (size === undefined || Math.min(...size) < grid) return undefined;
  const areas = new Map<string, number>();
  let macs = 0;
  let plainMacs = 0;
  for (const cell of cellsOf(grid, size)) {
    const regions = regionsOf(context, last, cell);
    if (regions === undefined) return undefined;
    for (const [value, region] of regions) areas.set(value, Math.max(areas.get(value) ?? 0, areaOf(region)));
    for (const { nodes } of context.schedule.steps.slice(0, last + 1)) {
      for (const name of nodes) {
        const [output = ''] = context.nodes.get(name)?.outputs ?? [];
        const [height = 1, width = 1] = imageOf(context.types, output) ?? [];
        const region = regions.get(output);
        if (region !== undefined) macs += ((context.macs.get(name) ?? 0) * areaOf(region)) / (height * width);
      }
    }
  }
  for (const { nodes } of context.schedule.steps.slice(0, last + 1)) {
    for (const name of nodes) plainMacs += context.macs.get(name) ?? 0;
  }
  const total = Math.max(1, context.totalMacs);
  return { areas, macsFactor: (context.totalMacs - plainMacs + macs) / total };
}

/** Steps behind which a stage may end: one value goes on, and nothing of before is read again. */
function cutsOf({ inputs, steps, outputs }: MemorySchedule): number[] {
  const lastRead = new Map<string, number>();
  steps.forEach(({ reads }, step) => {
    for (const value of reads) lastRead.set(value, step);
  });
  for (const value of outputs) lastRead.set(value, steps.length);
  const cuts: number[] = [];
  let open = Math.max(-1, ...inputs.map(({ value }) => lastRead.get(value) ?? -1));
  steps.forEach(({ output }, step) => {
    if (open <= step) cuts.push(step);
    open = Math.max(open, lastRead.get(output) ?? step);
  });
  return cuts;
}

/** The schedule with steps 0 to `last` on parts, and the whole output of the last there from the start. */
function patchedSchedule(
  context: Context,
  last: number,
  areas: ReadonlyMap<string, number>,
  keepInput: boolean,
): MemorySchedule {
  const { schedule, types } = context;
  const part = (value: string, bytes: number): number => {
    const [height = 1, width = 1] = imageOf(types, value) ?? [];
    return Math.ceil((bytes * (areas.get(value) ?? height * width)) / (height * width));
  };
  const steps = schedule.steps.map((step, index): MemoryStep => {
    if (index > last) return step;
    if (index < last) return { ...step, outputBytes: part(step.output, step.outputBytes) };
    // Every cell reads the image once more.
    const images = keepInput ? schedule.inputs.map(({ value }) => value) : [];
    return { ...step, reads: [...new Set([...step.reads, ...images])], outputFrom: 0 };
  });
  const inputs = keepInput
    ? schedule.inputs
    : schedule.inputs.map(({ value, bytes }) => ({ value, bytes: part(value, bytes) }));
  return { ...schedule, inputs, steps };
}

/**
 * Runs the first stage in `grid` × `grid` patches, and chooses where the stage ends so that the arena is smallest.
 *
 * @param keepInput whether the whole image stays in the arena until the last patch; `false` where it comes piece by piece,
 *   from a camera or a decoder, as MCUNetV2 has it.
 * @throws {CostError} when the grid is no integer of at least 2, or the network has no stage that can be cut so.
 */
export function inPatches(
  { graph, types, views }: FusedGraph,
  schedule: MemorySchedule,
  type: ActivationType,
  { grid, keepInput }: { readonly grid: number; readonly keepInput: boolean },
): Patched {
  if (!Number.isSafeInteger(grid) || grid < 2) {
    throw new CostError(`a grid of patches must be an integer of at least 2, not ${grid}`);
  }
  const { layers, totals } = costOf(graph);
  const context: Context = {
    parameters: new Set(graph.parameters.map(({ name }) => name)),
    schedule,
    types,
    views,
    nodes: new Map(graph.nodes.map((node) => [node.name, node])),
    macs: new Map(layers.map(({ name, macs }) => [name, macs])),
    totalMacs: totals.macs,
  };
  let best: { readonly patched: Patched; readonly bytes: number } | undefined;
  for (const last of cutsOf(schedule)) {
    const parts = largestParts(context, last, grid);
    // What needs a whole image needs it in every later stage too.
    if (parts === undefined) break;
    const candidate = patchedSchedule(context, last, parts.areas, keepInput);
    const { bytes } = arenaOf(candidate, type);
    if (best !== undefined && bytes >= best.bytes) continue;
    const until = schedule.steps[last]?.nodes.at(-1) as string;
    best = { patched: { schedule: candidate, stage: { grid, until, macsFactor: parts.macsFactor } }, bytes };
  }
  if (best === undefined) {
    throw new CostError(
      `"${graph.name}" has no first stage that could run in ${grid}×${grid} patches: its image is too small, or its first layers need all of it`,
    );
  }
  return best.patched;
}
