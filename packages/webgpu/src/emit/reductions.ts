import { elementCount } from '@sepconv/tensor';
import type { Access, ReduceKernel, RowsKernel } from '../plan/kernel.js';
import { reduceSide } from '../plan/reductions.js';
import { f32, functionsFor } from './functions.js';
import { bindings, coordinates } from './shader.js';

/** The index of a position among some dimensions. */
function place(
  index: string,
  prefix: string,
  { dimensions, strides }: ReduceKernel['kept'],
): [code: string, index: string] {
  const names = dimensions.map((size, axis) => [`${prefix}${axis}`, size] as const);
  const terms = strides.map((stride, axis) => `${prefix}${axis} * ${stride}u`);
  return [coordinates(index, names), terms.length === 0 ? '0u' : terms.join(' + ')];
}

/** The shader of a mean or a maximum: results side by side, and several threads for each, whose parts one of them joins. */
export function emitReduce({ how, kept, reduced }: ReduceKernel, accesses: readonly Access[]): string {
  const [results, count] = [elementCount(kept.dimensions), elementCount(reduced.dimensions)];
  const [keptCode, keptIndex] = place('result', 'k', kept);
  const [reducedCode, reducedIndex] = place('r', 'r', reduced);
  const join = (a: string, b: string): string => (how === 'max' ? `max(${a}, ${b})` : `${a} + ${b}`);
  return `${bindings(accesses)}
var<workgroup> parts: array<f32, ${reduceSide * reduceSide}>;
@compute @workgroup_size(${reduceSide}, ${reduceSide})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
let result = (group.x + group.y * groups.x) * ${reduceSide}u + local.x;
var part = ${how === 'max' ? '-3.4028234663852886e38f' : '0.0f'};
if (result < ${results}u) {
${keptCode}
let base = ${keptIndex};
for (var r = local.y; r < ${count}u; r += ${reduceSide}u) {
${reducedCode}
part = ${join('part', `in0[base + ${reducedIndex}]`)};
}
}
parts[local.y * ${reduceSide}u + local.x] = part;
workgroupBarrier();
if (local.y > 0u || result >= ${results}u) { return; }
for (var i = 1u; i < ${reduceSide}u; i++) { part = ${join('part', `parts[i * ${reduceSide}u + local.x]`)}; }
out[result] = part${how === 'max' ? '' : ` / ${count}.0f`};
}`;
}

/** Threads of a row. */
const rowThreads = 64;

/** One number of all threads: their parts in shared memory, joined by halves. */
const joined = (name: string, value: string, join: (a: string, b: string) => string): string => `
parts[lane] = ${value};
workgroupBarrier();
for (var half = ${rowThreads / 2}u; half > 0u; half /= 2u) {
if (lane < half) { parts[lane] = ${join('parts[lane]', 'parts[lane + half]')}; }
workgroupBarrier();
}
let ${name} = parts[0];
workgroupBarrier();`;

const plus = (a: string, b: string): string => `${a} + ${b}`;
const larger = (a: string, b: string): string => `max(${a}, ${b})`;

/** The shader of a softmax or of a normalization of rows: a workgroup for each. */
export function emitRows(
  { kind, outer, size, inner, epsilon }: RowsKernel,
  accesses: readonly Access[],
): string {
  const each = (body: string): string =>
    `for (var k = lane; k < ${size}u; k += ${rowThreads}u) { let index = base + k * ${inner}u; ${body} }`;
  const softmax = `
var most = -3.4028234663852886e38f;
${each('most = max(most, in0[index]);')}
${joined('largest', 'most', larger)}
var sum = 0.0f;
${each('let e = exponential(vec4f(in0[index] - largest)).x; out[index] = e; sum += e;')}
${joined('all', 'sum', plus)}
${each('out[index] = out[index] / all;')}`;
  const layerNorm = `
var sum = 0.0f;
${each('sum += in0[index];')}
${joined('total', 'sum', plus)}
let mean = total / ${size}.0f;
var squares = 0.0f;
${each('let d = in0[index] - mean; squares = fma(d, d, squares);')}
${joined('all', 'squares', plus)}
let deviation = sqrt(all / ${size}.0f + ${f32(epsilon)});
${each('out[index] = fma((in0[index] - mean) / deviation, in1[k], in2[k]);')}`;
  return `${bindings(accesses)}
${functionsFor(kind === 'softmax' ? ['exponential'] : [])}
var<workgroup> parts: array<f32, ${rowThreads}>;
@compute @workgroup_size(${rowThreads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
let row = group.x + group.y * groups.x;
if (row >= ${outer * inner}u) { return; }
let base = row / ${inner}u * ${size * inner}u + row % ${inner}u;
${kind === 'softmax' ? softmax : layerNorm}
}`;
}
