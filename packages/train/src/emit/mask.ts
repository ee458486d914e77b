/** @file The code of the way back through an activation that is flat outside its bounds. */
import {
  type EmittedFunction,
  FunctionBuilder,
  get,
  type Local,
  set,
  storeLanes,
  v128,
} from '@sepconv/kernels/toolkit';
import type { MaskKernel } from '../plan/mask.js';
import { forEachFlatUnit } from './flat-units.js';
import { masked } from './masked.js';

/** Parameters: first unit, last unit, g, y, out. */
export function emitMask({ length, bounds }: MaskKernel): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [, , g, output, out] = f.parameters as [Local, Local, Local, Local, Local];
  const [y, x] = [f.local('v128'), f.local('v128')];
  const body = forEachFlatUnit(f, length, (at, used) => [
    set(y, v128.load(at(output))),
    set(x, masked(v128.load(at(g)), y, bounds)),
    storeLanes(at(out), get(x), used, 0),
  ]);
  return { parameters: 5, body: f.encode(body) };
}
