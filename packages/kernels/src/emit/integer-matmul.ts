/** @file The code of integer products of two computed matrices. */
import type { IntegerMatmulKernel } from '../plan/integer-matmul.js';
import { storedBytes } from '../plan/integers.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32, get, i32, type Local, set } from '../wasm/instructions.js';
import { advance } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { loadOf } from './loads.js';
import { storeRequantized } from './requantize.js';

/**
 * The function. Parameters: first unit, last unit, a, b, biases and zero points, the zero point's address if it is an
 * operand, the ratios of the columns where bytes are stored, output.
 */
export function emitIntegerMatmul(kernel: IntegerMatmulKernel): EmittedFunction {
  const { inner, columns, result, rowsPerMatrix } = kernel;
  const parameters = 6 + (kernel.zero === 'operand' ? 1 : 0) + (result.dtype === 'int32' ? 0 : 1);
  const f = new FunctionBuilder(parameters);
  const [unit, end, a, b, numbers] = f.parameters as [Local, Local, Local, Local, Local];
  const [ratios, output] = f.parameters.slice(-2) as [Local, Local];
  const names = ['zero', 'row', 'left', 'column', 'right', 'number', 'sum', 'ratio', 'target'] as const;
  const local = Object.fromEntries(names.map((name) => [name, f.local('i32')])) as Record<
    (typeof names)[number],
    Local
  >;
  const { zero, row, left, column, right, number, sum, ratio, target } = local;
  const [loadA, loadB] = [loadOf(kernel.a), loadOf(kernel.b)];
  const product = i32.mul(
    i32.sub(loadA(get(left)), get(zero)),
    i32.sub(loadB(get(right)), i32.load(get(number), 4)),
  );
  const bytes = storedBytes(result);
  const matrix = i32.divU(get(unit), i32.const(rowsPerMatrix));
  const body = [
    set(zero, kernel.zero === 'operand' ? loadA(get(f.parameters[5] as Local)) : i32.const(kernel.zero)),
    f.upTo(unit, get(end), [
      set(row, i32.add(get(a), i32.mul(get(unit), i32.const(inner)))),
      set(column, i32.add(get(b), i32.mul(matrix, i32.const(inner * columns)))),
      set(number, get(numbers)),
      set(ratio, get(ratios)),
      set(target, i32.add(get(output), i32.mul(get(unit), i32.const(columns * bytes)))),
      f.repeat(columns, [
        set(sum, i32.load(get(number))),
        set(left, get(row)),
        set(right, get(column)),
        f.repeat(inner, [set(sum, i32.add(get(sum), product)), advance(left, 1), advance(right, columns)]),
        result.dtype === 'int32'
          ? i32.store(get(target), get(sum))
          : storeRequantized(result, { sum: get(sum), ratio: f32.load(get(ratio)), target: get(target) }),
        advance(target, bytes),
        advance(column, 1),
        advance(number, 8),
        advance(ratio, 4),
      ]),
    ]),
  ];
  return { parameters, body: f.encode(body) };
}
