import type { ByteType } from '../plan/integers.js';
import { i32 } from '../wasm/instructions.js';

/** The instruction that loads one number of a type. */
export const loadOf = (dtype: ByteType | 'int32') =>
  dtype === 'int32' ? i32.load : dtype === 'int8' ? i32.load8S : i32.load8U;
