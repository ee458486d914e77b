/** @file What a random network is made of: for each kind of layer, a way to put one behind a value. */
import { dilatedExtent, type HeightWidth } from '@sepconv/graph';
import { elementCount, sameShape } from '@sepconv/tensor';
import type { NetworkDraft } from './network-draft.ts';

/** Adds a layer behind a value and returns what it gives; `undefined` where the value's shape has no room for it. */
export type Layer = (draft: NetworkDraft, value: string) => string | undefined;

/** Elements of a value, so that a network is computed in a moment. */
const mostElements = 4096;

const channelCounts = [1, 2, 3, 4, 5, 8, 9, 16, 17] as const;

/** A layer for images only. */
const onImages =
  (
    layer: (
      draft: NetworkDraft,
      value: string,
      shape: readonly [number, number, number, number],
    ) => string | undefined,
  ): Layer =>
  (draft, value) => {
    const shape = draft.shapeOf(value);
    return shape.length === 4
      ? layer(draft, value, shape as unknown as readonly [number, number, number, number])
      : undefined;
  };

/** How a window slides along both axes; `undefined` where nothing would come out. */
function drawWindow(draft: NetworkDraft, image: HeightWidth, kernel: HeightWidth) {
  const dilations: HeightWidth = [draft.pick([1, 1, 1, 2, 3]), draft.pick([1, 1, 1, 2, 3])];
  const strides: HeightWidth = [draft.pick([1, 1, 2, 3]), draft.pick([1, 1, 2, 3])];
  const isSame = draft.chance(0.6);
  const sides = ([0, 1] as const).map((axis) => {
    const extent = dilatedExtent(kernel[axis], dilations[axis]);
    if (isSame) return [Math.floor((extent - 1) / 2), Math.ceil((extent - 1) / 2)] as const;
    const needed = Math.max(0, extent - image[axis]);
    return [draft.between(0, 2), needed + draft.between(0, 2)] as const;
  });
  const [[top, bottom], [left, right]] = sides as unknown as readonly [HeightWidth, HeightWidth];
  return { strides, dilations, padding: { top, bottom, left, right } };
}

const biased = (draft: NetworkDraft, columns: number): string[] =>
  draft.chance(0.7) ? [draft.parameter([columns], 'bias')] : [];

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

/** A window or a dilation of up to 4096 over an image that is mostly its border. */
const farDepthwise = onImages((draft, value, [n, h, w, c]) => {
  if (n * h * w * c > 64) return undefined;
  const reach = draft.pick([31, 64, 255, 1024, 4096]);
  const isDilated = draft.chance(0.5);
  const size = isDilated ? draft.between(2, 3) : reach;
  const dilation = isDilated ? reach : 1;
  const before = Math.floor((dilatedExtent(size, dilation) - 1) / 2);
  const after = dilatedExtent(size, dilation) - 1 - before;
  const alongRows = draft.chance(0.5);
  const kernel: HeightWidth = alongRows ? [1, size] : [size, 1];
  const dilations: HeightWidth = alongRows ? [1, dilation] : [dilation, 1];
  const padding = alongRows
    ? { top: 0, bottom: 0, left: before, right: after }
    : { top: before, bottom: after, left: 0, right: 0 };
  const weight = draft.parameter([...kernel, c, 1], 'weight');
  return draft.builder.node('depthwise-conv2d', [value, weight], { strides: [1, 1], dilations, padding });
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
  return draft.builder.node(draft.pick(['add', 'add', 'add', 'sub']), operands, {});
};

const activation: Layer = (draft, value) => {
  const { builder } = draft;
  return draft.pick([
    () => builder.node('relu', [value], {}),
    () => builder.node('relu6', [value], {}),
    () => builder.node('hard-swish', [value], {}),
    () => builder.node('leaky-relu', [value], { slope: 0.1 }),
    () => builder.node('clamp', [value], { min: -2, max: 3 }),
    () => builder.node('abs', [value], {}),
    () => builder.node('neg', [value], {}),
    () => builder.node('tanh', [value], {}),
    () => builder.node('sigmoid', [value], {}),
  ])();
};

const pool = onImages((draft, value, [, h, w]) => {
  const window: HeightWidth = [draft.between(1, 3), draft.between(1, 3)];
  const attributes = { ...drawWindow(draft, [h, w], window), window };
  if (draft.chance(0.2)) return draft.builder.node('global-average-pool2d', [value], {});
  const { top, bottom, left, right } = attributes.padding;
  // A window that lies wholly in the border has no largest element.
  const isInside = top < window[0] && bottom < window[0] && left < window[1] && right < window[1];
  return isInside && attributes.dilations.every((dilation) => dilation === 1)
    ? draft.builder.node('max-pool2d', [value], attributes)
    : undefined;
});

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
  ['pool', 2, pool],
  ['far depthwise', 1, farDepthwise],
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
