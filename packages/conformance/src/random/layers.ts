/** @file What a random network is made of: for each kind of layer, a way to put one behind a value. */
import type { HeightWidth } from '@sepconv/graph';
import { elementCount, sameShape } from '@sepconv/tensor';
import { activation } from './activations.ts';
import { farLayers } from './far-layers.ts';
import { biased, channelCounts, drawWindow, type Layer, mostElements, onImages } from './layer.ts';
import { unfusedLayers } from './unfused-layers.ts';

const pointwise = onImages((draft, value, [n, h, w, c]) => {
  const filters = draft.pick(channelCounts);
  if (n * h * w * filters > mostElements) return undefined;
  const weight = draft.parameter([1, 1, c, filters], 'weight');
  return draft.builder.node('pointwise-conv2d', [value, weight, ...biased(draft, filters)], {});
});

const depthwise = onImages((draft, value, [n, h, w, c]) => {
  const multiplier = draft.pick([1, 1, 1, 2, 3]);
  const kernel: HeightWidth = [draft.pick([1, 2, 3, 3, 5]), draft.pick([1, 2, 3, 3, 5, 7])];
  if (n * (h + 4) * (w + 4) * c * multiplier > 2 * mostElements) return undefined;
  const weight = draft.parameter([...kernel, c, multiplier], 'weight');
  const attributes = drawWindow(draft, [h, w], kernel);
  return draft.builder.node(
    'depthwise-conv2d',
    [value, weight, ...biased(draft, c * multiplier)],
    attributes,
  );
});

const convolution = onImages((draft, value, [n, h, w, c]) => {
  const filters = draft.pick(channelCounts) * (draft.chance(0.2) ? c : 1);
  const kernel: HeightWidth = [draft.pick([1, 1, 2, 3]), draft.pick([1, 1, 2, 3])];
  if (n * (h + 4) * (w + 4) * filters > mostElements) return undefined;
  const groups = draft.pick([1, 2, 3, c].filter((count) => c % count === 0 && filters % count === 0));
  const weight = draft.parameter([...kernel, c / groups, filters], 'weight');
  const attributes = { ...drawWindow(draft, [h, w], kernel), groups };
  return draft.builder.node('conv2d', [value, weight, ...biased(draft, filters)], attributes);
});

const dense: Layer = (draft, value) => {
  const shape = draft.shapeOf(value);
  if (shape.length !== 2) return undefined;
  const [rows, depth] = shape as readonly [number, number];
  const columns = draft.pick(channelCounts);
  if (rows * columns > mostElements || depth > 512) return undefined;
  const weight = draft.parameter([depth, columns], 'weight');
  return draft.builder.node('dense', [value, weight, ...biased(draft, columns)], {});
};

const divisorsOf = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => i + 1).filter((divisor) => count % divisor === 0);

/** Other dimensions with the same product: the batch often stays, the channels often do not. */
const reshape: Layer = (draft, value) => {
  const old = draft.shapeOf(value);
  let left = elementCount(old);
  const shape: number[] = [];
  if (draft.chance(0.6)) shape.push(old[0] as number);
  if (draft.chance(0.4) && old.length === 4 && shape.length > 0) shape.push(old[1] as number);
  left /= elementCount(shape);
  const rank = draft.chance(0.25) ? 2 : 4;
  while (shape.length < rank - 1) {
    const next = draft.pick(divisorsOf(left).filter((divisor) => divisor <= 24));
    shape.push(next);
    left /= next;
  }
  if (shape.length < rank) shape.push(left);
  if (elementCount(shape) !== elementCount(old) || (shape.at(-1) as number) > 256) return undefined;
  return draft.builder.node('reshape', [value], { shape });
};

const flatten: Layer = (draft, value) => draft.builder.node('flatten', [value], {});

const transpose: Layer = (draft, value) => {
  const left = draft.shapeOf(value).map((_, axis) => axis);
  const permutation = draft
    .shapeOf(value)
    .map(() => left.splice(draft.random.integer(left.length), 1)[0] as number);
  return draft.builder.node('transpose', [value], { permutation });
};

const slice: Layer = (draft, value) => {
  const shape = draft.shapeOf(value);
  const starts = shape.map((size) => (draft.chance(0.5) ? 0 : draft.random.integer(size)));
  const ends = shape.map((size, axis) =>
    draft.chance(0.5) ? size : draft.between((starts[axis] as number) + 1, size),
  );
  return draft.builder.node('slice', [value], {
    starts,
    ends,
    steps: shape.map(() => draft.pick([1, 1, 1, 2])),
  });
};

const pad: Layer = (draft, value) => {
  const shape = draft.shapeOf(value);
  const amounts = (): number[] => shape.map(() => draft.pick([0, 0, 0, 1, 2]));
  const [before, after] = [amounts(), amounts()];
  if (elementCount(shape.map((size, axis) => size + before[axis]! + after[axis]!)) > mostElements)
    return undefined;
  return draft.builder.node('pad', [value], { before, after, value: draft.pick([0, 0, 1, -2.5]) });
};

const concat: Layer = (draft, value) => {
  const shape = draft.shapeOf(value);
  if (2 * elementCount(shape) > mostElements) return undefined;
  const other = draft.pick(draft.values.filter((name) => sameShape(draft.shapeOf(name), shape)));
  return draft.builder.node('concat', [value, other], { axis: draft.random.integer(shape.length) });
};

/** An addition to an earlier value of the same shape, or of the same numbers under another shape. */
const join: Layer = (draft, value) => {
  const shape = draft.shapeOf(value);
  const others = draft.values.filter((name) => elementCount(draft.shapeOf(name)) === elementCount(shape));
  const other = draft.pick(others);
  const viewed = sameShape(draft.shapeOf(other), shape)
    ? other
    : draft.builder.node('reshape', [other], { shape });
  const operands = draft.chance(0.5) ? [value, viewed] : [viewed, value];
  return draft.builder.node(
    draft.pick(['add', 'add', 'add', 'sub', 'maximum', 'minimum', 'mask']),
    operands,
    {},
  );
};

const batchNorm: Layer = (draft, value) => {
  const channels = [draft.shapeOf(value).at(-1) as number];
  const roles = ['scale', 'shift', 'mean', 'variance'] as const;
  const names = roles.map((role) => draft.parameter(channels, role));
  return draft.shapeOf(value).length === 4
    ? draft.builder.node('batch-norm', [value, ...names], { epsilon: 1e-3 })
    : undefined;
};

/** Layers by name, each as often as it is to be drawn. */
export const layers: readonly (readonly [name: string, share: number, layer: Layer])[] = [
  ['depthwise', 14, depthwise],
  ['pointwise', 12, pointwise],
  ['activation', 8, activation],
  ['reshape', 7, reshape],
  ['dense', 5, dense],
  ['convolution', 5, convolution],
  ['join', 4, join],
  ['flatten', 3, flatten],
  ['transpose', 3, transpose],
  ['slice', 3, slice],
  ['pad', 3, pad],
  ['concat', 2, concat],
  ['batch-norm', 2, batchNorm],
  ...unfusedLayers,
  ...farLayers,
];

/** Chains that a planner makes one kernel of; views and activations come between their parts. */
export const chains: readonly (readonly Layer[])[] = [
  [pointwise, depthwise, pointwise],
  [depthwise, pointwise],
  [depthwise, flatten, dense],
  [convolution, depthwise, convolution],
];

/** What may stand between two parts of a chain. */
export const between: readonly Layer[] = [activation, reshape, batchNorm, join];
