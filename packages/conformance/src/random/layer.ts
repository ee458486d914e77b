/** @file What kinds of layers have in common. */
import { dilatedExtent, type HeightWidth } from '@sepconv/graph';
import type { NetworkDraft } from './network-draft.ts';

/** Adds a layer behind a value and returns what it gives; `undefined` where the value's shape has no room for it. */
export type Layer = (draft: NetworkDraft, value: string) => string | undefined;

/** Elements of a value, so that a network is computed in a moment. */
export const mostElements = 4096;

/** Below, at and above whole vectors. */
export const channelCounts = [1, 2, 3, 4, 5, 8, 9, 16, 17] as const;

/** A layer for images only. */
export const onImages =
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
export function drawWindow(draft: NetworkDraft, image: HeightWidth, kernel: HeightWidth) {
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

/** A bias for so many columns, or none. */
export const biased = (draft: NetworkDraft, columns: number): string[] =>
  draft.chance(0.7) ? [draft.parameter([columns], 'bias')] : [];
