/** @file Layers that run alone whatever is fused: what stands before and behind chains in whole networks. */
import { dilatedExtent, type HeightWidth } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { biased, channelCounts, drawWindow, type Layer, mostElements, onImages } from './layer.ts';

const pool = onImages((draft, value, [, h, w]) => {
  const window: HeightWidth = [draft.between(1, 3), draft.between(1, 3)];
  const attributes = { ...drawWindow(draft, [h, w], window), window };
  const { top, bottom, left, right } = attributes.padding;
  const extents = ([0, 1] as const).map((axis) => dilatedExtent(window[axis], attributes.dilations[axis]));
  const [rows = 0, columns = 0] = extents;
  // A window that lies wholly in the border has no largest element and no mean.
  const isInside =
    top < rows &&
    bottom < rows &&
    left < columns &&
    right < columns &&
    attributes.dilations.every((dilation) => dilation === 1);
  if (!isInside) return undefined;
  return draft.chance(0.5)
    ? draft.builder.node('max-pool2d', [value], attributes)
    : draft.builder.node('average-pool2d', [value], {
        ...attributes,
        countIncludePadding: draft.chance(0.5),
      });
});

const globalPool = onImages((draft, value) =>
  draft.builder.node(draft.pick(['global-average-pool2d', 'global-max-pool2d']), [value], {}),
);

const resize = onImages((draft, value, [n, , , c]) => {
  const size: HeightWidth = [draft.between(1, 12), draft.between(1, 12)];
  if (n * size[0] * size[1] * c > mostElements) return undefined;
  const coordinates = draft.pick([
    'half-pixel',
    'half-pixel-symmetric',
    'pytorch-half-pixel',
    'align-corners',
    'asymmetric',
  ] as const);
  const mode = draft.pick(['nearest', 'linear', 'linear', 'cubic'] as const);
  return draft.builder.node('resize2d', [value], { size, mode, coordinates });
});

const transposed = onImages((draft, value, [n, h, w, c]) => {
  const filters = draft.pick(channelCounts);
  const kernel: HeightWidth = [draft.between(1, 4), draft.between(1, 4)];
  const strides: HeightWidth = [draft.between(1, 3), draft.between(1, 3)];
  const dilations: HeightWidth = [draft.pick([1, 1, 2]), draft.pick([1, 1, 2])];
  if (n * (h + 4) * (w + 4) * strides[0] * strides[1] * filters > 2 * mostElements) return undefined;
  const groups = draft.pick([1, 1, 2, c].filter((count) => c % count === 0 && filters % count === 0));
  const cut = ([0, 1] as const).map((axis) => {
    const whole =
      ([h, w] as const)[axis] * strides[axis] - strides[axis] + dilatedExtent(kernel[axis], dilations[axis]);
    const before = draft.between(0, Math.min(2, whole - 1));
    return [before, draft.between(0, Math.min(2, whole - 1 - before))] as const;
  });
  const [[top, bottom], [left, right]] = cut as unknown as readonly [HeightWidth, HeightWidth];
  const weight = draft.parameter([...kernel, c / groups, filters], 'weight');
  return draft.builder.node('conv-transpose2d', [value, weight, ...biased(draft, filters)], {
    strides,
    dilations,
    groups,
    padding: { top, bottom, left, right },
    outputPadding: [draft.pick([0, 0, 1]), draft.pick([0, 0, 1])],
  });
});

const layerNorm: Layer = (draft, value) => {
  const channels = [draft.shapeOf(value).at(-1) as number];
  const operands = [value, draft.parameter(channels, 'scale'), draft.parameter(channels, 'shift')];
  return draft.builder.node('layer-norm', operands, { epsilon: draft.pick([1e-5, 1e-3]) });
};

const softmax: Layer = (draft, value) => {
  const rank = draft.shapeOf(value).length;
  return draft.builder.node('softmax', [value], {
    axis: draft.chance(0.6) ? rank - 1 : draft.random.integer(rank),
  });
};

/** A value times itself, turned round: attention without its weights. */
const matmul: Layer = (draft, value) => {
  const shape = draft.shapeOf(value);
  const rank = shape.length;
  const [rows = 1, depth = 1] = shape.slice(-2);
  if ((elementCount(shape) / depth) * rows > mostElements) return undefined;
  const permutation = shape.map((_, axis) =>
    axis < rank - 2 ? axis : axis === rank - 1 ? rank - 2 : rank - 1,
  );
  const other = draft.builder.node('transpose', [value], { permutation });
  return draft.builder.node('matmul', [value, other], {});
};

const reduceMean: Layer = (draft, value) => {
  const rank = draft.shapeOf(value).length;
  const first = draft.random.integer(rank);
  const axes = rank > 1 && first < rank - 1 && draft.chance(0.5) ? [first, first + 1] : [first];
  return draft.builder.node('reduce-mean', [value], { axes, keepDimensions: true });
};

/** A gate per channel, as squeeze-and-excite has: the other operand stretches. */
const gate = onImages((draft, value, [, , , c]) => {
  const factor = draft.chance(0.5)
    ? draft.builder.node('sigmoid', [draft.builder.node('global-average-pool2d', [value], {})], {})
    : draft.parameter([c], 'scale');
  return draft.builder.node('mul', [value, factor], {});
});

/** Layers by name, each as often as it is to be drawn. */
export const unfusedLayers: readonly (readonly [name: string, share: number, layer: Layer])[] = [
  ['pool', 3, pool],
  ['global pool', 1, globalPool],
  ['resize', 2, resize],
  ['transposed convolution', 2, transposed],
  ['layer norm', 2, layerNorm],
  ['softmax', 1, softmax],
  ['matmul', 1, matmul],
  ['mean', 1, reduceMean],
  ['gate', 2, gate],
];
