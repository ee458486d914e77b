import { sameQuantization } from '@sepconv/tensor';
import type { NodeResult, OperatorContext } from '../context.js';
import { meansTheSame } from './moves.js';
import { byteValue } from './operands.js';
import { storedAs, tableOf, tableParameter } from './tables.js';

/** MAXIMUM and MINIMUM with one stored integer, which are tables; bytes that mean the same are compared as they are. */
const readBound =
  (choose: (stored: number, bound: number) => number) =>
  (context: OperatorContext): NodeResult | undefined => {
    const at = context.isConstant(0) ? 0 : 1;
    const value = byteValue(context, 1 - at);
    if (value === undefined || !context.isConstant(at) || context.isConstant(1 - at)) return undefined;
    const { data, quantization } = context.storedConstant(at, 'the bound');
    const input = context.tensor(1 - at);
    const isSame =
      meansTheSame(input, context.output) && sameQuantization(quantization, { ...wholeOf(input) });
    const [bound, ...others] = data;
    if (!isSame || bound === undefined || others.length > 0) return undefined;
    const stored = storedAs(input);
    const table = tableOf(stored, stored, [(byte) => choose(byte, bound)]);
    return context.node('lookup', [value, tableParameter(context, table)], {}, { isStored: true });
  };

const wholeOf = (tensor: OperatorContext['output']) => {
  const { scale, zeroPoint } = storedAs(tensor);
  return { scale: [scale], zeroPoint: [zeroPoint] };
};

export const readIntegerMaximum = readBound(Math.max);
export const readIntegerMinimum = readBound(Math.min);
