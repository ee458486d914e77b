/** @file The code of batch normalization's way back to its input. */
import {
  type EmittedFunction,
  type Engine,
  FunctionBuilder,
  floatBytes,
  forEachVector,
  get,
  i32,
  type Local,
  multiplyAdd,
  set,
  storeLanes,
  v128,
} from '@sepconv/kernels/toolkit';
import { paddedChannels } from '../plan/column-sums.js';
import type { CombineKernel } from '../plan/combine.js';
import { masked } from './masked.js';

/** Parameters: first unit, last unit, g, x, factors, out, and with bounds the activation's output. A unit is a row. */
export function emitCombine(engine: Engine, kernel: CombineKernel): EmittedFunction {
  const { channels, bounds } = kernel;
  const parameters = bounds === undefined ? 6 : 7;
  const f = new FunctionBuilder(parameters);
  const [unit, end, g, x, factors, out, output] = f.parameters as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local?,
  ];
  const [row, offset, y, sum] = [f.local('i32'), f.local('i32'), f.local('v128'), f.local('v128')];
  const factorBytes = paddedChannels(channels) * floatBytes;
  const body = f.upTo(unit, get(end), [
    set(row, i32.mul(get(unit), i32.const(channels * floatBytes))),
    forEachVector(f, channels, offset, (at, used) => {
      const place = (base: Local) => i32.add(i32.add(get(base), get(row)), at);
      const factor = (index: number) => v128.load(i32.add(get(factors), at), index * factorBytes);
      const gradient = v128.load(place(g));
      return [
        set(sum, multiplyAdd(engine, v128.load(place(x)), factor(1), factor(2))),
        bounds === undefined || output === undefined ? [] : set(y, v128.load(place(output))),
        set(
          sum,
          multiplyAdd(
            engine,
            bounds === undefined ? gradient : masked(gradient, y, bounds),
            factor(0),
            get(sum),
          ),
        ),
        storeLanes(place(out), get(sum), used, 0),
      ];
    }),
  ]);
  return { parameters, body: f.encode(body) };
}
