import type { GemmCode } from '../plan/gemm-code.js';
import type { Kernel } from '../plan/kernel.js';
import type { Code } from '../wasm/code.js';

/**
 * The call of a kernel's function with its first unit, last unit and addresses; of code alone, with the numbers behind them
 * that the code names.
 */
export type CallKernel = (kernel: Kernel | GemmCode, args: readonly Code[]) => Code;
