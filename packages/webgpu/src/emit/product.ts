/**
 * @file Products in tiles: a workgroup copies a strip of both factors to its own memory, and each thread keeps a few vectors of sums in
 * registers. The first factor is read as its kind says: a matrix, windows of an image, or what a depthwise convolution makes of them.
 */
import type { Access, ProductKernel, Width, Window } from '../plan/kernel.js';
import { fewRowsVectors, tileThreads } from '../plan/products.js';
import {
  bindings,
  finishFunction,
  isInside,
  range,
  stagesOf,
  store,
  tapPosition,
  vectorOf,
} from './shader.js';

/** Elements of the depth that a tile holds at once: more take more shared memory, which software adapters clear element by element. */
const stripDepth = 8;

/** Four numbers from `index` on, which is in elements: one vector, or as many numbers as `least` leaves before `end`. */
function four(operand: number, index: string, width: Width, at: string, end: number): string {
  if (width === 4) return `in${operand}[(${index}) / 4u]`;
  const parts = [0, 1, 2, 3].map((i) =>
    end % 4 === 0
      ? `in${operand}[${index} + ${i}u]`
      : `select(0.0f, in${operand}[${index} + ${i}u], ${at} + ${i}u < ${end}u)`,
  );
  return `vec4f(${parts.join(', ')})`;
}

/** The position of an output row: image, line and pixel. */
const placeOf = ({ output: [height, width] }: Window): string => `
let x = row % ${width}u;
let y = row / ${width}u % ${height}u;
let image = row / ${width * height}u;`;

/** One tap's input position as `iy`, `ix`, and whether it is there as `there`. */
function inputPosition(window: Window, isTransposed: boolean): string {
  const { strides, dilations, padding, input } = window;
  if (!isTransposed)
    return `let iy = ${tapPosition(window, 0, 'y', 'i')};
let ix = ${tapPosition(window, 1, 'x', 'j')};
let there = ${isInside('iy', 'ix', input)};`;
  return `let fy = i32(y) + ${padding.top} - i32(i) * ${dilations[0]};
let fx = i32(x) + ${padding.left} - i32(j) * ${dilations[1]};
let iy = fy / ${strides[0]};
let ix = fx / ${strides[1]};
let there = fy >= 0 && fx >= 0 && fy % ${strides[0]} == 0 && fx % ${strides[1]} == 0 && iy < ${input[0]} && ix < ${input[1]};`;
}

/** Reads the first factor from an image, one element of the depth or four at a time. */
function windowReader(a: ProductKernel['a'] & { readonly kind: 'window' }, depth: number): string {
  const { window, channels, stride, isTransposed, operand, batchStride, width } = a;
  const [, inputWidth] = window.input;
  const body = (type: string, value: string): string => `
let tap = k / ${channels}u;
let c = k % ${channels}u;
let i = tap / ${window.size[1]}u;
let j = tap % ${window.size[1]}u;
${inputPosition(window, isTransposed)}
if (!there) { return ${type}(0.0f); }
let index = ((image * ${window.input[0]}u + u32(iy)) * ${inputWidth}u + u32(ix)) * ${stride}u + c + batch * ${batchStride}u;
return ${value};`;
  const outside = `row >= ROWS || k >= ${depth}u`;
  if (width === 4)
    return `fn readA(batch: u32, row: u32, k: u32) -> vec4f {
if (${outside}) { return vec4f(0.0f); }
${placeOf(window)}
${body('vec4f', `in${operand}[index / 4u]`)}
}`;
  return `fn readA1(batch: u32, row: u32, k: u32) -> f32 {
if (${outside}) { return 0.0f; }
${placeOf(window)}
${body('f32', `in${operand}[index]`)}
}
fn readA(batch: u32, row: u32, k: u32) -> vec4f {
return vec4f(readA1(batch, row, k), readA1(batch, row, k + 1u), readA1(batch, row, k + 2u), readA1(batch, row, k + 3u));
}`;
}

function depthwiseReader(
  a: ProductKernel['a'] & { readonly kind: 'depthwise' },
  depth: number,
  accesses: readonly Access[],
): string {
  const { window, channels, weight, bias, stages, operand } = a;
  const [height, width] = window.input;
  const { code } = stagesOf('value', stages);
  return `fn readA(batch: u32, row: u32, k: u32) -> vec4f {
if (row >= ROWS || k >= ${depth}u) { return vec4f(0.0f); }
${placeOf(window)}
var value = ${bias === undefined ? 'vec4f(0.0f)' : `in${bias}[k / 4u]`};
for (var i = 0u; i < ${window.size[0]}u; i++) {
for (var j = 0u; j < ${window.size[1]}u; j++) {
${inputPosition(window, false)}
if (there) {
let index = ((image * ${height}u + u32(iy)) * ${width}u + u32(ix)) * ${channels}u + k;
value = fma(in${operand}[index / 4u], ${vectorOf(accesses, weight, `((i * ${window.size[1]}u + j) * ${channels}u + k) / 4u`)}, value);
}
}
}
${code}
return value;
}`;
}

function readerOfA({ a, depth }: ProductKernel, accesses: readonly Access[]): string {
  if (a.kind === 'window') return windowReader(a, depth);
  if (a.kind === 'depthwise') return depthwiseReader(a, depth, accesses);
  const index = `row * ${a.rowStride}u + k + batch * ${a.batchStride}u`;
  return `fn readA(batch: u32, row: u32, k: u32) -> vec4f {
if (row >= ROWS || k >= ${depth}u) { return vec4f(0.0f); }
return ${four(a.operand, index, a.width, 'k', depth)};
}`;
}

function readerOfB({ b, depth, columns }: ProductKernel, accesses: readonly Access[]): string {
  const index = `k * ${b.rowStride}u + column + batch * ${b.batchStride}u`;
  return `fn readB(batch: u32, k: u32, column: u32) -> vec4f {
if (k >= ${depth}u || column >= ${columns}u) { return vec4f(0.0f); }
return ${b.width === 4 ? vectorOf(accesses, b.operand, `(${index}) / 4u`) : four(b.operand, index, b.width, 'column', columns)};
}`;
}

/** Adds the bias, finishes and stores a vector of sums. */
function writer({ a, columns, bias, output, finish }: ProductKernel, width: Width): string {
  const from =
    bias === undefined
      ? ''
      : four(bias.operand, `column + batch * ${bias.batchStride}u`, 1, 'column', columns);
  const place = `row * ${output.rowStride}u + column + batch * ${output.batchStride}u`;
  const each = [0, 1, 2, 3].map(
    (i) =>
      `if (column + ${i}u < ${columns}u) { ${store(`place + ${i}u`, `finish(vec4f(sum[${i}]), place + ${i}u)`, 1)} }`,
  );
  const code = width === 4 ? store('place / 4u', 'finish(sum, place / 4u)', 4) : each.join('\n');
  const needs = a.kind === 'depthwise' ? stagesOf('value', a.stages).needs : [];
  return `${finishFunction(finish, width, needs)}
fn write(batch: u32, row: u32, column: u32, product: vec4f) {
if (row >= ROWS || column >= ${columns}u) { return; }
let sum = product${from === '' ? '' : ` + ${from}`};
let place = ${place};
${code}
}`;
}

/** A workgroup's place among the tiles, which run along the rows first: there may be more than a dispatch has along one dimension. */
const tileOfGroup = ([rows, columns, batches]: ProductKernel['grid']): string => `
let tile = group.x + group.y * groups.x;
if (tile >= ${rows * columns * batches}u) { return; }
let tileRow = tile % ${rows}u;
let tileColumn = tile / ${rows}u % ${columns}u;
let batch = tile / ${rows * columns}u;`;

function tiles(tile: { readonly rows: number; readonly vectors: number }, kernel: ProductKernel): string {
  const { depth, grid } = kernel;
  const { rows, vectors } = tile;
  const strip = Math.min(stripDepth, Math.ceil(depth / 4) * 4) / 4;
  const [tileRows, tileVectors] = [tileThreads * rows, tileThreads * vectors];
  const lanes = tileThreads * tileThreads;
  const each = (line: (r: number, v: number) => string): string =>
    range(rows)
      .flatMap((r) => range(vectors).map((v) => line(r, v)))
      .join('\n');
  const multiply = range(4).map((k) =>
    each((r, v) => `s${r}${v} = fma(vec4f(a${r}[${k}]), b${k}${v}, s${r}${v});`),
  );
  return `
var<workgroup> tileA: array<vec4f, ${tileRows * strip}>;
var<workgroup> tileB: array<vec4f, ${4 * strip * tileVectors}>;
@compute @workgroup_size(${tileThreads}, ${tileThreads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) lane: u32) {
${tileOfGroup(grid)}
let firstRow = tileRow * ${tileRows}u;
let firstColumn = tileColumn * ${4 * tileVectors}u;
${each((r, v) => `var s${r}${v} = vec4f(0.0f);`)}
for (var k0 = 0u; k0 < ${depth}u; k0 += ${4 * strip}u) {
for (var i = lane; i < ${tileRows * strip}u; i += ${lanes}u) { tileA[i] = readA(batch, firstRow + i / ${strip}u, k0 + i % ${strip}u * 4u); }
for (var i = lane; i < ${4 * strip * tileVectors}u; i += ${lanes}u) { tileB[i] = readB(batch, k0 + i / ${tileVectors}u, firstColumn + i % ${tileVectors}u * 4u); }
workgroupBarrier();
let held = min(${strip}u, (${depth + 3}u - k0) / 4u);
for (var k = 0u; k < held; k++) {
${range(rows)
  .map((r) => `let a${r} = tileA[(local.y + ${tileThreads * r}u) * ${strip}u + k];`)
  .join('\n')}
${range(4)
  .flatMap((k) =>
    range(vectors).map(
      (v) => `let b${k}${v} = tileB[(k * 4u + ${k}u) * ${tileVectors}u + local.x + ${tileThreads * v}u];`,
    ),
  )
  .join('\n')}
${multiply.join('\n')}
}
workgroupBarrier();
}
${each((r, v) => `write(batch, firstRow + local.y + ${tileThreads * r}u, firstColumn + (local.x + ${tileThreads * v}u) * 4u, s${r}${v});`)}
}`;
}

/** Threads that share the depth of a few rows. */
const slices = 8;

function fewRows({ depth, grid }: ProductKernel): string {
  const lanes = slices * fewRowsVectors;
  return `
var<workgroup> sums: array<vec4f, ${lanes}>;
@compute @workgroup_size(${fewRowsVectors}, ${slices})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_id) local: vec3u) {
${tileOfGroup(grid)}
let row = tileRow;
let column = (tileColumn * ${fewRowsVectors}u + local.x) * 4u;
var sum = vec4f(0.0f);
for (var k = local.y * 4u; k < ${depth}u; k += ${4 * slices}u) {
let a = readA(batch, row, k);
for (var e = 0u; e < 4u; e++) { sum = fma(vec4f(a[e]), readB(batch, k + e, column), sum); }
}
sums[local.y * ${fewRowsVectors}u + local.x] = sum;
workgroupBarrier();
if (local.y > 0u) { return; }
for (var slice = 1u; slice < ${slices}u; slice++) { sum += sums[slice * ${fewRowsVectors}u + local.x]; }
write(batch, row, column, sum);
}`;
}

/** The shader of a product. */
export function emitProduct(kernel: ProductKernel, accesses: readonly Access[]): string {
  const { rows, tile } = kernel;
  return [
    bindings(accesses),
    `const ROWS = ${rows}u;`,
    readerOfA(kernel, accesses),
    readerOfB(kernel, accesses),
    writer(kernel, accesses.at(-1)?.width ?? 1),
    tile === 'few-rows' ? fewRows(kernel) : tiles(tile, kernel),
  ].join('\n');
}
