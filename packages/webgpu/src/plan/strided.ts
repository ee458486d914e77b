import { rowMajorStrides, type Shape } from '@sepconv/tensor';
import type { Strided } from './kernel.js';

/** Strides with which a shape is read as if it were stretched to another one: 0 along what it stretches over. */
export function broadcastStrides(shape: Shape, to: Shape): readonly number[] {
  const strides = rowMajorStrides(shape);
  const missing = to.length - shape.length;
  return to.map((_, axis) =>
    axis < missing || shape[axis - missing] === 1 ? 0 : (strides[axis - missing] as number),
  );
}

/** Dimensions, and the strides of everything that is read or written along them. */
export interface Loop {
  readonly dimensions: readonly number[];
  readonly parts: readonly Strided[];
}

/** The same loop with neighbouring dimensions joined where all parts run through them in one go, and without those of 1. */
export function collapse({ dimensions, parts }: Loop): Loop {
  const kept: number[] = [];
  const strides: number[][] = parts.map(() => []);
  dimensions.forEach((size, axis) => {
    if (size === 1) return;
    const last = kept.length - 1;
    const goesOn =
      last >= 0 &&
      parts.every((part, index) => strides[index]?.[last] === (part.strides[axis] as number) * size);
    if (goesOn) {
      kept[last] = (kept[last] as number) * size;
      parts.forEach((part, index) => {
        (strides[index] as number[])[last] = part.strides[axis] as number;
      });
    } else {
      kept.push(size);
      parts.forEach((part, index) => {
        (strides[index] as number[]).push(part.strides[axis] as number);
      });
    }
  });
  return {
    dimensions: kept.length === 0 ? [1] : kept,
    parts: parts.map(({ offset }, index) => ({
      offset,
      strides: kept.length === 0 ? [0] : (strides[index] as number[]),
    })),
  };
}

/** Whether a part can be read or written four elements at once along the last dimension. */
export function hasVectors({ strides, offset }: Strided): boolean {
  return strides.at(-1) === 1 && offset % 4 === 0 && strides.slice(0, -1).every((stride) => stride % 4 === 0);
}

/** Whether all elements of a run along the last dimension are one. */
export const isSplat = ({ strides }: Strided): boolean => strides.at(-1) === 0;

/** A part in vectors. */
export function inVectors({ strides, offset }: Strided): Strided {
  return {
    offset: offset / 4,
    strides: strides.map((stride, axis) => (axis === strides.length - 1 ? stride : stride / 4)),
  };
}
