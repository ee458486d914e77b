/** @file The code of the way back through an activation that is flat outside its bounds. */
import {
  block,
  brIf,
  type Code,
  type EmittedFunction,
  FunctionBuilder,
  floatBytes,
  forEachVector,
  get,
  i32,
  type Local,
  set,
  storeLanes,
  v128,
} from '@sepconv/kernels/toolkit';
import { type MaskKernel, maskUnit } from '../plan/mask.js';
import { masked } from './masked.js';

/** Parameters: first unit, last unit, g, y, out. */
export function emitMask({ length, bounds }: MaskKernel): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [unit, end, g, output, out] = f.parameters as [Local, Local, Local, Local, Local];
  const [base, offset, y, x] = [f.local('i32'), f.local('i32'), f.local('v128'), f.local('v128')];
  const floats = (count: number): Code =>
    forEachVector(f, count, offset, (at, used) => {
      const place = (pointer: Local): Code => i32.add(i32.add(get(pointer), get(base)), at);
      return [
        set(y, v128.load(place(output))),
        set(x, masked(v128.load(place(g)), y, bounds)),
        storeLanes(place(out), get(x), used, 0),
      ];
    });
  const full = Math.floor(length / maskUnit);
  const rest = length - full * maskUnit;
  const body = f.upTo(unit, get(end), [
    set(base, i32.mul(get(unit), i32.const(maskUnit * floatBytes))),
    full === 0 ? [] : block([brIf(0, i32.geS(get(unit), i32.const(full))), floats(maskUnit)]),
    rest === 0 ? [] : block([brIf(0, i32.ltS(get(unit), i32.const(full))), floats(rest)]),
  ]);
  return { parameters: 5, body: f.encode(body) };
}
