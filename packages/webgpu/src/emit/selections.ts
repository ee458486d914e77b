import type { Access, GatherKernel, TopKKernel } from '../plan/kernel.js';
import { threads } from '../plan/kernel.js';
import { bindings, coordinates, eachThread } from './shader.js';

/** The shader of elements at computed positions. */
export function emitGather(
  { outer, between, count, size, inner }: GatherKernel,
  accesses: readonly Access[],
): string {
  return `${bindings(accesses)}
${eachThread(outer * count * inner, threads)}
${coordinates('i', [
  ['o', outer],
  ['m', count],
  ['r', inner],
])}
let given = i32(clamp(in1[o / ${between}u * ${count}u + m], -2147483520.0f, 2147483520.0f));
let position = clamp(select(given, given + ${size}, given < 0), 0, ${size - 1});
out[i] = in0[(o * ${size}u + u32(position)) * ${inner}u + r];
}`;
}

/** The shader of the positions of the largest numbers: again and again the largest of those that come behind the last one. */
export function emitTopK({ rows, size, count }: TopKKernel, accesses: readonly Access[]): string {
  return `${bindings(accesses)}
${eachThread(rows, threads)}
let base = i * ${size}u;
var last = 0.0f;
var lastAt = -1;
for (var k = 0u; k < ${count}u; k++) {
var best = 0.0f;
var bestAt = -1;
for (var j = 0; j < ${size}; j++) {
let value = in0[base + u32(j)];
let isLeft = value == value && (lastAt < 0 || value < last || (value == last && j > lastAt));
if (isLeft && (bestAt < 0 || value > best)) { best = value; bestAt = j; }
}
out[i * ${count}u + k] = f32(max(bestAt, 0));
if (bestAt < 0) { continue; }
last = best;
lastAt = bestAt;
}
}`;
}
