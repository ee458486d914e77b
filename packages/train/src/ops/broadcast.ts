import { rowMajorStrides, type Shape } from '@sepconv/tensor';
import type { OpShapes } from './training-op.js';

/** Strides of an operand in the output's dimensions: 0 where the operand is stretched. */
function broadcastStrides(shape: Shape, rank: number): number[] {
  const strides = rowMajorStrides(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  return [...new Array<number>(rank - shape.length).fill(0), ...strides];
}

/** Calls `visit` for each output element with the elements of both inputs that meet there. */
export function forEachPair(
  { shapes, outputShape }: Pick<OpShapes<'add' | 'mul'>, 'shapes' | 'outputShape'>,
  visit: (output: number, a: number, b: number) => void,
): void {
  const rank = outputShape.length;
  const strides = rowMajorStrides(outputShape);
  const [stridesA, stridesB] = shapes.map((shape) => broadcastStrides(shape, rank)) as [number[], number[]];
  const count = outputShape.reduce((product, size) => product * size, 1);
  for (let index = 0; index < count; index++) {
    let a = 0;
    let b = 0;
    for (let axis = 0; axis < rank; axis++) {
      const position = Math.floor(index / strides[axis]!) % outputShape[axis]!;
      a += position * stridesA[axis]!;
      b += position * stridesB[axis]!;
    }
    visit(index, a, b);
  }
}
