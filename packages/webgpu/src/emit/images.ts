import type { Access, PoolKernel, ResizeKernel, Window } from '../plan/kernel.js';
import { threads } from '../plan/kernel.js';
import { functionsFor } from './functions.js';
import { bindings, coordinates, eachThread, isInside, load, store, tapPosition } from './shader.js';

/** Whether a window of the image may lie in the padding altogether. */
function mayBeEmpty({ size, strides, dilations, padding, input, output }: Window): boolean {
  const before = [padding.top, padding.left] as const;
  return ([0, 1] as const).some((axis) => {
    const extent = (size[axis] - 1) * dilations[axis];
    const last = (output[axis] - 1) * strides[axis] - before[axis];
    return before[axis] > extent || last >= input[axis] || dilations[axis] > input[axis];
  });
}

/** The shader of a sliding mean or maximum. */
export function emitPool(kernel: PoolKernel, accesses: readonly Access[]): string {
  const { how, window, images, channels, width, countsPadding } = kernel;
  const { size, input, output } = window;
  const isMax = how === 'max';
  const lowest = isMax && mayBeEmpty(window);
  const value = load(0, `((n * ${input[0]}u + u32(iy)) * ${input[1]}u + u32(ix)) * ${channels}u + c`, width);
  return `${bindings(accesses)}
${functionsFor(lowest ? ['infinity'] : [])}
${eachThread(images * output[0] * output[1] * channels, threads)}
${coordinates('i', [
  ['n', images],
  ['y', output[0]],
  ['x', output[1]],
  ['c', channels],
])}
var result = vec4f(${isMax ? '-3.4028234663852886e38f' : '0.0f'});
var count = 0.0f;
for (var ty = 0u; ty < ${size[0]}u; ty++) {
for (var tx = 0u; tx < ${size[1]}u; tx++) {
let iy = ${tapPosition(window, 0, 'y', 'ty')};
let ix = ${tapPosition(window, 1, 'x', 'tx')};
if (${isInside('iy', 'ix', input)}) { result = ${isMax ? `max(result, ${value})` : `result + ${value}`}; count += 1.0f; }
}
}
${isMax ? '' : `result = result / ${countsPadding ? `${size[0] * size[1]}.0f` : 'count'};`}
${lowest ? 'if (count == 0.0f) { result = vec4f(-infinity()); }' : ''}
${store('i', 'result', width)}
}`;
}

/** The shader of a change of size: taps and weights come from tables. */
export function emitResize(kernel: ResizeKernel, accesses: readonly Access[]): string {
  const { images, input, output, taps, channels, width } = kernel;
  const value = load(
    0,
    `((n * ${input[0]}u + u32(row.x)) * ${input[1]}u + u32(column.x)) * ${channels}u + c`,
    width,
  );
  return `${bindings(accesses)}
${eachThread(images * output[0] * output[1] * channels, threads)}
${coordinates('i', [
  ['n', images],
  ['y', output[0]],
  ['x', output[1]],
  ['c', channels],
])}
var result = vec4f(0.0f);
for (var ty = 0u; ty < ${taps[0]}u; ty++) {
let row = in1[y * ${taps[0]}u + ty];
if (row.y == 0.0f) { continue; }
var line = vec4f(0.0f);
for (var tx = 0u; tx < ${taps[1]}u; tx++) {
let column = in2[x * ${taps[1]}u + tx];
if (column.y == 0.0f) { continue; }
line = fma(${value}, vec4f(column.y), line);
}
result = fma(line, vec4f(row.y), result);
}
${store('i', 'result', width)}
}`;
}
