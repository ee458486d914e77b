/**
 * @file Inverted residuals. Four channels of the expansion at a time: a workgroup computes them for all pixels under its tile into shared
 * memory, each thread takes its window of them, and adds what they are worth to the sums of its output pixel, which are in registers.
 */

import { haloOf, invertedSide } from '../plan/inverted.js';
import type { Access, InvertedKernel } from '../plan/kernel.js';
import { bindings, finishFunction, range, stagesOf, vectorOf } from './shader.js';

/** The shader of an inverted residual. */
export function emitInverted(kernel: InvertedKernel, accesses: readonly Access[]): string {
  const { window, tiles, images, channels, expanded, columns, input, expand, depthwise, project } = kernel;
  const { size, strides, dilations, padding, input: image, output } = window;
  const [expandedVectors, outputs] = [expanded / 4, columns / 4];
  const [haloHeight, haloWidth] = haloOf(window);
  const lanes = invertedSide * invertedSide;
  const inExpand = stagesOf('value', expand.stages);
  const inDepthwise = stagesOf('value', depthwise.stages);
  const start = (bias: number | undefined, index: string): string =>
    bias === undefined ? 'vec4f(0.0f)' : `in${bias}[${index}]`;
  const products = range(4).map(
    (k) =>
      `value = fma(vec4f(x[${k}]), ${vectorOf(accesses, expand.weight, `(c * 4u + ${k}u) * ${expandedVectors}u + e`)}, value);`,
  );
  const sums = range(outputs).flatMap((o) =>
    range(4).map(
      (k) =>
        `s${o} = fma(vec4f(value[${k}]), ${vectorOf(accesses, project.weight, `(e * 4u + ${k}u) * ${outputs}u + ${o}u`)}, s${o});`,
    ),
  );
  return `${bindings(accesses)}
${finishFunction(kernel.finish, 4, [...inExpand.needs, ...inDepthwise.needs])}
var<workgroup> tile: array<vec4f, ${haloHeight * haloWidth}>;
@compute @workgroup_size(${invertedSide}, ${invertedSide})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32) {
let number = group.x + group.y * groups.x;
if (number >= ${images * tiles[0] * tiles[1]}u) { return; }
let n = number / ${tiles[0] * tiles[1]}u;
let y = number / ${tiles[1]}u % ${tiles[0]}u * ${invertedSide}u;
let x0 = number % ${tiles[1]}u * ${invertedSide}u;
let top = i32(y) * ${strides[0]} - ${padding.top};
let left = i32(x0) * ${strides[1]} - ${padding.left};
${range(outputs)
  .map((o) => `var s${o} = ${start(project.bias, `${o}u`)};`)
  .join('\n')}
for (var e = 0u; e < ${expandedVectors}u; e++) {
for (var p = lane; p < ${haloHeight * haloWidth}u; p += ${lanes}u) {
let iy = top + i32(p / ${haloWidth}u);
let ix = left + i32(p % ${haloWidth}u);
var value = vec4f(0.0f);
if (iy >= 0 && iy < ${image[0]} && ix >= 0 && ix < ${image[1]}) {
value = ${start(expand.bias, 'e')};
let pixel = ((n * ${image[0]}u + u32(iy)) * ${image[1]}u + u32(ix)) * ${channels / 4}u;
for (var c = 0u; c < ${channels / 4}u; c++) {
let x = in${input}[pixel + c];
${products.join('\n')}
}
${inExpand.code}
}
tile[p] = value;
}
workgroupBarrier();
var value = ${start(depthwise.bias, 'e')};
for (var i = 0u; i < ${size[0]}u; i++) {
for (var j = 0u; j < ${size[1]}u; j++) {
value = fma(tile[(local.y * ${strides[0]}u + i * ${dilations[0]}u) * ${haloWidth}u + local.x * ${strides[1]}u + j * ${dilations[1]}u], ${vectorOf(accesses, depthwise.weight, `(i * ${size[1]}u + j) * ${expandedVectors}u + e`)}, value);
}
}
${inDepthwise.code}
${sums.join('\n')}
workgroupBarrier();
}
let oy = y + local.y;
let ox = x0 + local.x;
if (oy >= ${output[0]}u || ox >= ${output[1]}u) { return; }
let place = ((n * ${output[0]}u + oy) * ${output[1]}u + ox) * ${outputs}u;
${range(outputs)
  .map((o) => `out[place + ${o}u] = finish(s${o}, place + ${o}u);`)
  .join('\n')}
}`;
}
