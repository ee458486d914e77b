/** @file The cases on which a GPU has to agree. */
import { type ConformanceCase, conformanceOps } from '@sepconv/conformance';
import { contractOf, inferTypes, type OpName, opNames } from '@sepconv/graph';

/**
 * What WGSL leaves open: it may flush subnormal numbers, and take for granted that there are neither infinities nor NaN (W3C, WebGPU
 * Shading Language, section 15.7). Sines are reduced in float32, so far from 0 they lose the digits that their argument loses.
 */
const leftOpen = /special|tiny|ends_/;
const farSines = new Set<OpName>(['cos', 'sin']);

/** Why a case says nothing about a GPU, if it does not. */
export function skipOpen({ label, network }: ConformanceCase): string | undefined {
  if ([...inferTypes(network.graph).values()].some(({ dtype }) => dtype !== 'float32')) return 'integers';
  if (leftOpen.test(label)) return 'numbers that WGSL leaves open';
  const isFar = /wide/.test(label) && network.graph.nodes.some(({ op }) => farSines.has(op));
  return isFar ? 'sines far from 0' : undefined;
}

/** Ops that have a kernel, and no bound of their own: a power is as accurate as WGSL's logarithm. */
const others = new Set<OpName>(['non-max-suppression', 'pow']);

/** Ops that keep the bounds of the engine. */
export const gpuOps: readonly OpName[] = opNames.filter(
  (op) => contractOf(op).integers !== 'own' && !others.has(op),
);

/** Classes of an op's cases of ordinary numbers, every nth of them. */
export const ordinaryClasses = (op: OpName, everyNth: number): readonly string[] =>
  Object.keys(conformanceOps[op].classes)
    .filter((name) => !leftOpen.test(name) && !/integer|bytes/.test(name))
    .filter((_, index) => index % everyNth === 0);
