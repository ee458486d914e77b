import type { Kernel } from '../plan/kernel.js';
import type { PartCode } from '../plan/kernel-code.js';
import type { Code } from '../wasm/code.js';

/**
 * The call of a kernel's function with its first unit, last unit and addresses; of code alone, with the numbers behind them
 * that the code names.
 */
export type CallKernel = (kernel: Kernel | PartCode, args: readonly Code[]) => Code;
