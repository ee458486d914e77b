/** @file The code of the way back through smooth activations. */
import {
  type Code,
  type EmittedFunction,
  type Engine,
  FunctionBuilder,
  f32x4,
  get,
  type Local,
  set,
  sigmoid,
  storeLanes,
  v128,
} from '@sepconv/kernels/toolkit';
import type { SlopeKernel, SmoothActivation } from '../plan/slope.js';
import { forEachFlatUnit } from './flat-units.js';

const constant = f32x4.const;

/** Replaces x by the activation's slope at x. */
function slopeOf(f: FunctionBuilder, engine: Engine, activation: SmoothActivation, x: Local): Code {
  switch (activation.kind) {
    case 'hard-swish': {
      // (2x + 3) / 6 between −3 and 3, 0 below, 1 above.
      const line = f32x4.div(f32x4.add(f32x4.add(get(x), get(x)), constant(3)), constant(6));
      const below3 = v128.bitselect(line, constant(1), f32x4.lt(get(x), constant(3)));
      return set(x, v128.and(below3, f32x4.gt(get(x), constant(-3))));
    }
    case 'hard-sigmoid': {
      const { slope, offset } = activation;
      const line = f.local('v128');
      return [
        set(line, f32x4.add(f32x4.mul(get(x), constant(slope)), constant(offset))),
        set(
          x,
          v128.and(
            constant(slope),
            v128.and(f32x4.gt(get(line), constant(0)), f32x4.lt(get(line), constant(1))),
          ),
        ),
      ];
    }
    case 'sigmoid':
      // s · (1 − s)
      return [sigmoid(f, engine, x), set(x, f32x4.mul(get(x), f32x4.sub(constant(1), get(x))))];
    case 'swish': {
      // s · (1 + x · (1 − s))
      const s = f.local('v128');
      const rest = f32x4.mul(get(x), f32x4.sub(constant(1), get(s)));
      return [set(s, get(x)), sigmoid(f, engine, s), set(x, f32x4.mul(get(s), f32x4.add(constant(1), rest)))];
    }
  }
}

/** Parameters: first unit, last unit, g, x, out. */
export function emitSlope(engine: Engine, { length, activation }: SlopeKernel): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [, , g, input, out] = f.parameters as [Local, Local, Local, Local, Local];
  const x = f.local('v128');
  const body = forEachFlatUnit(f, length, (at, used) => [
    set(x, v128.load(at(input))),
    slopeOf(f, engine, activation, x),
    set(x, f32x4.mul(get(x), v128.load(at(g)))),
    storeLanes(at(out), get(x), used, 0),
  ]);
  return { parameters: 5, body: f.encode(body) };
}
