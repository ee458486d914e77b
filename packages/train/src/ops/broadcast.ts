import { broadcastIndices } from '@sepconv/tensor';
import type { OpShapes } from './training-op.js';

/** Calls `visit` for each output element with the elements of both inputs that meet there. */
export function forEachPair(
  { shapes, outputShape }: Pick<OpShapes<'add' | 'mul'>, 'shapes' | 'outputShape'>,
  visit: (output: number, a: number, b: number) => void,
): void {
  const [a, b] = shapes.map((shape) => broadcastIndices(shape, outputShape)) as [number[], number[]];
  a.forEach((index, output) => {
    visit(output, index, b[output]!);
  });
}
