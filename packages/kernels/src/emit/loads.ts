import type { ByteType } from '../plan/integers.js';
import { i32, v128 } from '../wasm/instructions.js';

/** The instruction that loads one number of a type. */
export const loadOf = (dtype: ByteType | 'int32') =>
  dtype === 'int32' ? i32.load : dtype === 'int8' ? i32.load8S : i32.load8U;

/** The instruction that loads eight bytes of a type, each widened to 16 bits. */
export const loadEightOf = (dtype: ByteType) => (dtype === 'int8' ? v128.load8x8S : v128.load8x8U);
