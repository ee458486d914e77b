import type { Access, DepthwiseKernel } from '../plan/kernel.js';
import { threads } from '../plan/kernel.js';
import {
  bindings,
  coordinates,
  eachThread,
  finishFunction,
  load,
  range,
  store,
  tapPosition,
  vectorOf,
} from './shader.js';

/** The weights at an index, as a vector. */
type Weight = (index: string) => string;

/** One pixel, its taps in a loop. */
function onePixel({ window, channels, multiplier, width }: DepthwiseKernel, weight: Weight): string {
  const { size, input } = window;
  const filters = (channels * multiplier) / width;
  return `for (var j = 0u; j < ${size[1]}u; j++) {
let ix = ${tapPosition(window, 1, 'x0', 'j')};
if (ix < 0 || ix >= ${input[1]}) { continue; }
let w = ${weight(`(i * ${size[1]}u + j) * ${filters}u + f`)};
s0 = fma(${load(0, `line + u32(ix) * ${channels / width}u`, width)}, w, s0);
}`;
}

/** Several pixels side by side, whose windows overlap: the columns that they share are read once. */
function severalPixels(
  { window, channels, multiplier, width, pixels }: DepthwiseKernel,
  weight: Weight,
): string {
  const { size, strides, padding, input } = window;
  const filters = (channels * multiplier) / width;
  const columns = (pixels - 1) * strides[1] + size[1];
  const reads = range(columns).map(
    (column) => `var v${column} = vec4f(0.0f);
if (left + ${column} >= 0 && left + ${column} < ${input[1]}) { v${column} = ${load(0, `line + u32(left + ${column}) * ${channels / width}u`, width)}; }`,
  );
  const products = range(size[1]).flatMap((j) => [
    `let w${j} = ${weight(`(i * ${size[1]}u + ${j}u) * ${filters}u + f`)};`,
    ...range(pixels).map((p) => `s${p} = fma(v${p * strides[1] + j}, w${j}, s${p});`),
  ]);
  return [`let left = i32(x0) * ${strides[1]} - ${padding.left};`, ...reads, ...products].join('\n');
}

/** The shader of a depthwise convolution. */
export function emitDepthwise(kernel: DepthwiseKernel, accesses: readonly Access[]): string {
  const { window, images, channels, multiplier, width, pixels, bias, finish } = kernel;
  const { size, input, output } = window;
  const filters = (channels * multiplier) / width;
  const blocks = Math.ceil(output[1] / pixels);
  const dimensions = [
    ['n', images],
    ['y', output[0]],
    ['block', blocks],
    ['f', filters],
  ] as const;
  const weight: Weight = (index) => (width === 4 ? vectorOf(accesses, 1, index) : load(1, index, width));
  const start = bias === undefined ? 'vec4f(0.0f)' : load(bias, 'f', width);
  const place = `((n * ${output[0]}u + y) * ${output[1]}u + x0`;
  const writes = range(pixels).map(
    (p) =>
      `if (x0 + ${p}u < ${output[1]}u) { let place = ${place} + ${p}u) * ${filters}u + f; ${store('place', `finish(s${p}, place)`, width)} }`,
  );
  return `${bindings(accesses)}
${finishFunction(finish, width)}
${eachThread(images * output[0] * blocks * filters, threads)}
${coordinates('i', dimensions)}
let x0 = block * ${pixels}u;
${range(pixels)
  .map((p) => `var s${p} = ${start};`)
  .join('\n')}
for (var i = 0u; i < ${size[0]}u; i++) {
let iy = ${tapPosition(window, 0, 'y', 'i')};
if (iy < 0 || iy >= ${input[0]}) { continue; }
let line = (n * ${input[0]}u + u32(iy)) * ${input[1] * (channels / width)}u + f${multiplier === 1 ? '' : ` / ${multiplier}u`};
${pixels === 1 ? onePixel(kernel, weight) : severalPixels(kernel, weight)}
}
${writes.join('\n')}
}`;
}
