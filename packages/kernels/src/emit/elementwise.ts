/** @file The code of everything that is done element by element. */

import {
  type BinaryKernel,
  type ChannelwiseKernel,
  flatUnit,
  type UnaryKernel,
} from '../plan/elementwise.js';
import type { Engine } from '../plan/engine.js';
import { type Epilogue, hasAddition } from '../plan/epilogue.js';
import { floatBytes, lanes } from '../plan/shapes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { block, brIf, get, i32, type Local, set, v128 } from '../wasm/instructions.js';
import { offsetOfUnit } from './address.js';
import { multiplyAdd } from './arithmetic.js';
import { binaryOperations } from './binary-operations.js';
import { emitEpilogue } from './epilogue.js';
import { forEachVector } from './flat-loop.js';
import { storeLanes } from './store.js';

/** A finished function: how many parameters it takes, and its entry in the code section. */
export interface EmittedFunction {
  readonly parameters: number;
  readonly body: Code;
}

/** The function of an activation. Parameters: first unit, last unit, input, output. A unit is `flatUnit` floats. */
export function emitUnary({ length, activation }: UnaryKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const [x, base, offset] = [f.local('v128'), f.local('i32'), f.local('i32')];
  const epilogue = emitEpilogue(f, [activation]);
  const floats = (count: number): Code =>
    forEachVector(f, count, offset, (at, used) => [
      set(x, v128.load(i32.add(i32.add(get(input), get(base)), at))),
      epilogue.apply(x, []),
      storeLanes(i32.add(i32.add(get(output), get(base)), at), get(x), used, 0),
    ]);
  const full = Math.floor(length / flatUnit);
  const rest = length - full * flatUnit;
  const body = [
    f.upTo(unit, get(end), [
      set(base, i32.mul(get(unit), i32.const(flatUnit * floatBytes))),
      full === 0 ? [] : block([brIf(0, i32.geS(get(unit), i32.const(full))), floats(flatUnit)]),
      rest === 0 ? [] : block([brIf(0, i32.ltS(get(unit), i32.const(full))), floats(rest)]),
    ]),
  ];
  return { parameters: 4, body: f.encode(body) };
}

/** Loads a vector of a broadcast input: neighbours, or one number for all lanes. */
const loadBroadcast = (address: Code, stride: number): Code =>
  stride === 0 ? v128.load32Splat(address) : v128.load(address);

/** The function of an operation on two inputs. Parameters: first unit, last unit, a, b, output, addend if there is one. */
export function emitBinary(kernel: BinaryKernel): EmittedFunction {
  const parameters = hasAddition(kernel.epilogue) ? 6 : 5;
  const f = new FunctionBuilder(parameters);
  const [unit, end, a, b, output] = f.parameters as [Local, Local, Local, Local, Local];
  const addend = f.parameters[5] ?? output;
  const [x, y, offset] = [f.local('v128'), f.local('v128'), f.local('i32')];
  const [rowA, rowB, rowOutput, rowAddend] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const epilogue = emitEpilogue(f, kernel.epilogue);
  const outer = kernel.dimensions.slice(0, -1);
  const last = kernel.dimensions.at(-1) as BinaryKernel['dimensions'][number];
  const strides = (which: 'strideA' | 'strideB') => outer.map((d) => ({ size: d.size, stride: d[which] }));
  const rowBytes = i32.mul(get(unit), i32.const(last.size * floatBytes));
  const at = (row: Local, stride: number, where: Code): Code =>
    stride === 0 ? get(row) : i32.add(get(row), where);
  const body = [
    f.upTo(unit, get(end), [
      set(rowA, i32.add(get(a), offsetOfUnit(unit, strides('strideA')))),
      set(rowB, i32.add(get(b), offsetOfUnit(unit, strides('strideB')))),
      set(rowOutput, i32.add(get(output), rowBytes)),
      set(rowAddend, i32.add(get(addend), rowBytes)),
      forEachVector(f, last.size, offset, (where, used) => [
        set(x, loadBroadcast(at(rowA, last.strideA, where), last.strideA)),
        set(y, loadBroadcast(at(rowB, last.strideB, where), last.strideB)),
        binaryOperations[kernel.op](x, y),
        epilogue.apply(x, v128.load(i32.add(get(rowAddend), where))),
        storeLanes(i32.add(get(rowOutput), where), get(x), used, 0),
      ]),
    ]),
  ];
  return { parameters, body: f.encode(body) };
}

/**
 * The function of a batch normalization as `in · factor + offset`. Parameters: first unit, last unit, input, packed
 * factors and offsets (each padded to whole vectors), output, addend if there is one. A unit is a row of channels.
 */
export function emitChannelwise(engine: Engine, kernel: ChannelwiseKernel): EmittedFunction {
  const epilogueStages: Epilogue = kernel.epilogue;
  const parameters = hasAddition(epilogueStages) ? 6 : 5;
  const f = new FunctionBuilder(parameters);
  const [unit, end, input, packed, output] = f.parameters as [Local, Local, Local, Local, Local];
  const addend = f.parameters[5] ?? output;
  const [x, offset, row] = [f.local('v128'), f.local('i32'), f.local('i32')];
  const epilogue = emitEpilogue(f, epilogueStages);
  const offsets = Math.ceil(kernel.channels / lanes) * lanes * floatBytes;
  const place = (base: Local, where: Code): Code => i32.add(i32.add(get(base), get(row)), where);
  const body = [
    f.upTo(unit, get(end), [
      set(row, i32.mul(get(unit), i32.const(kernel.channels * floatBytes))),
      forEachVector(f, kernel.channels, offset, (where, used) => [
        set(
          x,
          multiplyAdd(
            engine,
            v128.load(place(input, where)),
            v128.load(i32.add(get(packed), where)),
            v128.load(i32.add(get(packed), where), offsets),
          ),
        ),
        epilogue.apply(x, v128.load(place(addend, where))),
        storeLanes(place(output, where), get(x), used, 0),
      ]),
    ]),
  ];
  return { parameters, body: f.encode(body) };
}
