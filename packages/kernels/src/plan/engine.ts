/** @file What the three engines have in common and where they differ, as far as planning cares. */
import type { KernelChoices } from './choices.js';
import type { CacheLimits } from './machine.js';

/** `simd128` runs everywhere, `relaxed` fuses multiply and add, `wide` also joins vector pairs into AVX registers. */
export type EngineName = 'simd128' | 'relaxed' | 'wide';

/** What the second operand of the host's relaxed dot product of bytes is. */
export type ByteOperand = 'signed' | 'unsigned';

/** What a planner must know of an engine. */
export interface Engine {
  readonly name: EngineName;
  /** Whether `a · b + c` is one instruction. */
  readonly fusedMultiplyAdd: boolean;
  /** Vectors of 4 lanes that one machine register holds: 2 where pairs are joined. */
  readonly vectorsPerRegister: 1 | 2;
  /** How kernels cut their work where tuning has chosen it. */
  readonly choices?: KernelChoices;
  /** What cuts are decided by where nothing was chosen, of a machine that was measured. Default: `usualLimits`. */
  readonly limits?: CacheLimits;
  /** Where relaxed dot products of bytes are exact for every byte. Default: they are not used. */
  readonly byteProducts?: ByteOperand;
}

/** The engines by name, the plainest first. */
export const engines: { readonly [Name in EngineName]: Engine } = {
  simd128: { name: 'simd128', fusedMultiplyAdd: false, vectorsPerRegister: 1 },
  relaxed: { name: 'relaxed', fusedMultiplyAdd: true, vectorsPerRegister: 1 },
  wide: { name: 'wide', fusedMultiplyAdd: true, vectorsPerRegister: 2 },
};

/** The engines' names, the plainest first. */
export const engineNames = Object.keys(engines) as readonly EngineName[];
