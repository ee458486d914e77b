import { hasAddition } from '@sepconv/graph';
import type { GemmTableCode } from '../plan/gemm-code.js';
import { numbersOfRow } from '../plan/gemm-table.js';
import { floatBytes } from '../plan/sizes.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i32, type Local, set } from '../wasm/instructions.js';
import type { CallKernel } from './call-kernel.js';
import type { EmittedFunction } from './elementwise.js';

/**
 * The function of a table of matrix products. Parameters: first unit, last unit, input, weights, output, addend if there is one,
 * table.
 */
export function emitGemmTable({ product }: GemmTableCode, callKernel: CallKernel): EmittedFunction {
  const parameters = hasAddition(product.epilogue) ? 7 : 6;
  const f = new FunctionBuilder(parameters);
  const [unit, end, input, weights, ...others] = f.parameters as [Local, Local, Local, Local, ...Local[]];
  const table = others.pop() as Local;
  const row = f.local('i32');
  const rowBytes = (numbersOfRow + product.sizes.length) * floatBytes;
  const number = (index: number) => i32.load(get(row), index * floatBytes);
  const body = f.upTo(unit, get(end), [
    set(row, i32.add(get(table), i32.mul(get(unit), i32.const(rowBytes)))),
    callKernel(product, [
      i32.const(0),
      number(0),
      get(input),
      i32.add(get(weights), number(1)),
      ...others.map(get),
      ...product.sizes.map((_, index) => number(numbersOfRow + index)),
    ]),
  ]);
  return { parameters, body: f.encode(body) };
}
