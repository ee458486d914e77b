import type { RowMeanKernel } from '../plan/reduce-mean.js';
import { floatBytes } from '../plan/sizes.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i32, ifElse, type Local, set } from '../wasm/instructions.js';
import type { EmittedFunction } from './elementwise.js';
import { anyNotFinite } from './lanes.js';
import { sumRow, sumScale } from './row-sum.js';
import { storeLanes } from './store.js';

/** The function of the mean of rows. Parameters: first unit, last unit, input, output. A unit is a row. */
export function emitRowMean({ length }: RowMeanKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const [source, sum] = [f.local('i32'), f.local('v128')];
  const body = f.upTo(unit, get(end), [
    set(source, i32.add(get(input), i32.mul(get(unit), i32.const(length * floatBytes)))),
    sumRow(f, { source, count: length, sum }, () => []),
    set(sum, f32x4.div(get(sum), f.constant(length))),
    ifElse(anyNotFinite(sum), [
      sumRow(f, { source, count: length, sum }, (x) =>
        set(x, f32x4.mul(get(x), f32x4.const(sumScale(length)))),
      ),
      set(sum, f32x4.div(get(sum), f32x4.const(length * sumScale(length)))),
    ]),
    storeLanes(i32.add(get(output), i32.mul(get(unit), i32.const(floatBytes))), get(sum), 1, 0),
  ]);
  return { parameters: 4, body: f.encode(body) };
}
