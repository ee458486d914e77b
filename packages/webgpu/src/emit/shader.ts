/** @file What all shaders have in common: bindings, reading and writing of vectors or single numbers, and what is done before a store. */
import type { EpilogueStage, HeightWidth } from '@sepconv/graph';
import type { Access, Finish, Width, Window } from '../plan/kernel.js';
import { activationAt, functionsFor } from './functions.js';

const elementOf: Readonly<Record<Width, string>> = { 1: 'f32', 2: 'vec2f', 4: 'vec4f' };

/** The numbers from 0 to before `count`. */
export const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** The declarations of operands `in0`, `in1`, … and of `out` behind them. */
export function bindings(accesses: readonly Access[]): string {
  const declared = accesses.map(({ isWritable, width, isHalf }, index) => {
    const name = index === accesses.length - 1 ? 'out' : `in${index}`;
    const mode = isWritable ? 'storage, read_write' : 'storage, read';
    return `@group(0) @binding(${index}) var<${mode}> ${name}: array<${isHalf ? 'vec2u' : elementOf[width]}>;`;
  });
  const reader =
    'fn widened(v: vec2u) -> vec4f { return vec4f(unpack2x16float(v.x), unpack2x16float(v.y)); }';
  return [...declared, ...(accesses.some(({ isHalf }) => isHalf) ? [reader] : [])].join('\n');
}

/** A vector of an operand. */
export const vectorOf = (accesses: readonly Access[], operand: number, index: string): string =>
  accesses[operand]?.isHalf ? `widened(in${operand}[${index}])` : `in${operand}[${index}]`;

/** One element as a vector, its number in front where there is one only. */
export const load = (operand: number, index: string, width: Width): string =>
  width === 4 ? `in${operand}[${index}]` : `vec4f(in${operand}[${index}])`;

/** A vector, or its first number, to its place. */
export const store = (index: string, value: string, width: Width): string =>
  `out[${index}] = ${value}${width === 4 ? '' : '.x'};`;

/** Code and the functions that it calls. */
export interface Text {
  readonly code: string;
  readonly needs: readonly string[];
}

/** Statements that make `name` of itself by stages; `addend` is an expression. */
export function stagesOf(name: string, stages: readonly EpilogueStage[], addend = ''): Text {
  const needs: string[] = [];
  const lines = stages.map((stage) => {
    if (stage.kind === 'add') return `${name} = ${name} + ${addend};`;
    const { code, needs: called = [] } = activationAt(name, stage);
    needs.push(...called);
    return `${name} = ${code};`;
  });
  return { code: lines.join('\n'), needs };
}

/**
 * A function `finish(value, index)` that is called with what is stored at this place of the output; and the functions that it and the rest
 * of the shader call, which may not stand there twice.
 */
export function finishFunction(
  { stages, addend }: Finish,
  width: Width,
  others: readonly string[] = [],
): string {
  const { code, needs } = stagesOf('value', stages, addend === undefined ? '' : load(addend, 'index', width));
  return `${functionsFor([...needs, ...others])}
fn finish(given: vec4f, index: u32) -> vec4f {
var value = given;
${code}
return value;
}`;
}

/** Begins a shader with a thread for each of `count` results, whose number is `i`. */
export const eachThread = (count: number, threads: number): string => `
@compute @workgroup_size(${threads})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
let i = id.x + id.y * groups.x * ${threads}u;
if (i >= ${count}u) { return; }`;

/** A position of a loop of these dimensions, taken apart into names: the last one runs fastest. */
export function coordinates(
  index: string,
  dimensions: readonly (readonly [name: string, size: number])[],
  type: 'u32' | 'i32' = 'u32',
): string {
  const suffix = type === 'u32' ? 'u' : 'i';
  let rest = index;
  const lines: string[] = [];
  for (const [name, size] of dimensions.toReversed()) {
    lines.push(`let ${name} = ${rest} % ${size}${suffix};`, `let ${name}_rest = ${rest} / ${size}${suffix};`);
    rest = `${name}_rest`;
  }
  return lines.join('\n');
}

/** The input row, or column, of a tap. */
export const tapPosition = (
  { strides, dilations, padding }: Window,
  axis: 0 | 1,
  output: string,
  tap: string,
): string =>
  `i32(${output}) * ${strides[axis]} + i32(${tap}) * ${dilations[axis]} - ${axis === 0 ? padding.top : padding.left}`;

/** Whether a position is in the image. */
export const isInside = (y: string, x: string, [height, width]: HeightWidth): string =>
  `${y} >= 0 && ${y} < ${height} && ${x} >= 0 && ${x} < ${width}`;
