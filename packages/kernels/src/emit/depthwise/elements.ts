/** @file The elements of a depthwise convolution's input in registers: floats, or pairs of bytes that become 16 bits each. */
import type { DepthwiseKernel } from '../../plan/depthwise-conv2d.js';
import type { Code } from '../../wasm/code.js';
import type { FunctionBuilder } from '../../wasm/function.js';
import { get, i16x8, type Local, set, v128 } from '../../wasm/instructions.js';
import { loadEightOf } from '../loads.js';

/** Where the zero point of bytes is a parameter, the last one: a register with it in each lane, and what sets that. */
export function zeroPointsOf(
  f: FunctionBuilder,
  { made }: Pick<DepthwiseKernel, 'made'>,
): { readonly zeroPoints: Local | undefined; readonly start: Code } {
  if (made?.hasZero !== true) return { zeroPoints: undefined, start: [] };
  const zeroPoints = f.local('v128');
  return { zeroPoints, start: set(zeroPoints, i16x8.splat(get(f.parameters.at(-1) as Local))) };
}

/** Four elements. */
export function loadElements(
  { made }: Pick<DepthwiseKernel, 'made'>,
  zeroPoints: Local | undefined,
  pointer: Local,
  offset: number,
): Code {
  if (made === undefined) return v128.load(get(pointer), offset);
  const wide = loadEightOf(made.dtype)(get(pointer), offset);
  return zeroPoints === undefined ? wide : i16x8.sub(wide, get(zeroPoints));
}
