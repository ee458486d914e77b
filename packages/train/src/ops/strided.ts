import { elementCount, type Shape } from '@sepconv/tensor';

/** Calls `visit` for every position of an output with the input element at `offset` plus its coordinates times strides. */
export function forEachStrided(
  outputShape: Shape,
  offset: number,
  strides: readonly number[],
  visit: (output: number, input: number) => void,
): void {
  const count = elementCount(outputShape);
  for (let index = 0; index < count; index++) {
    let rest = index;
    let input = offset;
    for (let axis = outputShape.length - 1; axis >= 0; axis--) {
      const size = outputShape[axis]!;
      input += (rest % size) * strides[axis]!;
      rest = Math.floor(rest / size);
    }
    visit(index, input);
  }
}
