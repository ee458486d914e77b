/** @file The code of everything that is done element by element. */

import { type Epilogue, hasAddition } from '@sepconv/graph';
import type { ChannelwiseKernel } from '../plan/batch-norm.js';
import { type BinaryKernel, flatUnit, type UnaryKernel } from '../plan/elementwise.js';
import type { Engine } from '../plan/engine.js';
import { floatBytes, lanes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { block, brIf, f32x4, get, i32, type Local, set, v128 } from '../wasm/instructions.js';
import { emitActivation } from './activations.js';
import { offsetOfUnit } from './address.js';
import { multiplyAdd } from './arithmetic.js';
import { binaryOperations } from './binary-operations.js';
import { emitEpilogue } from './epilogue.js';
import { forEachVector, forEachVectors } from './flat-loop.js';
import { storeLanes } from './store.js';

/** A finished function: how many parameters it takes, and its entry in the code section. */
export interface EmittedFunction {
  readonly parameters: number;
  readonly body: Code;
}

/** The function of an activation. Parameters: first unit, last unit, input, output. A unit is `flatUnit` floats. */
export function emitUnary(engine: Engine, { length, activation }: UnaryKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const values = f.vectors(engine.vectorsPerRegister);
  const [base, offset] = [f.local('i32'), f.local('i32')];
  const [source, target] = [f.local('i32'), f.local('i32')];
  const apply = emitActivation(f, engine, activation);
  const floats = (count: number): Code =>
    forEachVectors(f, { count, vectors: values.length }, offset, (at, parts) => [
      set(source, i32.add(i32.add(get(input), get(base)), at)),
      set(target, i32.add(i32.add(get(output), get(base)), at)),
      parts.map(({ index, place }) => set(values[index] as Local, v128.load(get(source), place))),
      parts.map(({ index }) => apply(values[index] as Local)),
      parts.map(({ index, used, place }) =>
        storeLanes(get(target), get(values[index] as Local), used, place),
      ),
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

/** An input of a broadcast operation in one row: neighbours, or one number for all lanes, which is loaded once. */
function broadcastInput(f: FunctionBuilder, stride: number) {
  const [row, splat] = [f.local('i32'), f.local('v128')];
  return {
    start: (address: Code): Code => [
      set(row, address),
      stride === 0 ? set(splat, v128.load32Splat(get(row))) : [],
    ],
    load: (offset: Code, place: number): Code =>
      stride === 0 ? get(splat) : v128.load(i32.add(get(row), offset), place),
  };
}

/** The function of an operation on two inputs. Parameters: first unit, last unit, a, b, output, addend if there is one. */
export function emitBinary(engine: Engine, kernel: BinaryKernel): EmittedFunction {
  const parameters = hasAddition(kernel.epilogue) ? 6 : 5;
  const f = new FunctionBuilder(parameters);
  const [unit, end, a, b, output] = f.parameters as [Local, Local, Local, Local, Local];
  const addend = f.parameters[5] ?? output;
  const [left, right] = [f.vectors(engine.vectorsPerRegister), f.vectors(engine.vectorsPerRegister)];
  const [rowOutput, rowAddend, offset] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const epilogue = emitEpilogue(f, engine, kernel.epilogue);
  const outer = kernel.dimensions.slice(0, -1);
  const last = kernel.dimensions.at(-1) as BinaryKernel['dimensions'][number];
  const [inputA, inputB] = [broadcastInput(f, last.strideA), broadcastInput(f, last.strideB)];
  const strides = (which: 'strideA' | 'strideB') => outer.map((d) => ({ size: d.size, stride: d[which] }));
  const rowBytes = i32.mul(get(unit), i32.const(last.size * floatBytes));
  const at = (row: Local): Code => i32.add(get(row), get(offset));
  const body = f.upTo(unit, get(end), [
    inputA.start(i32.add(get(a), offsetOfUnit(unit, strides('strideA')))),
    inputB.start(i32.add(get(b), offsetOfUnit(unit, strides('strideB')))),
    set(rowOutput, i32.add(get(output), rowBytes)),
    set(rowAddend, i32.add(get(addend), rowBytes)),
    forEachVectors(f, { count: last.size, vectors: left.length }, offset, (_, parts) => [
      parts.map(({ index, place }) => [
        set(left[index] as Local, inputA.load(get(offset), place)),
        set(right[index] as Local, inputB.load(get(offset), place)),
      ]),
      parts.map(({ index, place }) => [
        binaryOperations[kernel.op](f, left[index] as Local, right[index] as Local),
        epilogue.apply(left[index] as Local, v128.load(at(rowAddend), place)),
      ]),
      parts.map(({ index, used, place }) =>
        storeLanes(at(rowOutput), get(left[index] as Local), used, place),
      ),
    ]),
  ]);
  return { parameters, body: f.encode(body) };
}

/**
 * The function of a batch normalization as `in · factor + offset`, or centred. Parameters: first unit, last unit, input, packed
 * rows (each padded to whole vectors), output, addend if there is one. A unit is a row of channels.
 */
export function emitChannelwise(engine: Engine, kernel: ChannelwiseKernel): EmittedFunction {
  const epilogueStages: Epilogue = kernel.epilogue;
  const parameters = hasAddition(epilogueStages) ? 6 : 5;
  const f = new FunctionBuilder(parameters);
  const [unit, end, input, packed, output] = f.parameters as [Local, Local, Local, Local, Local];
  const addend = f.parameters[5] ?? output;
  const [x, offset, row] = [f.local('v128'), f.local('i32'), f.local('i32')];
  const epilogue = emitEpilogue(f, engine, epilogueStages);
  const rowBytes = Math.ceil(kernel.channels / lanes) * lanes * floatBytes;
  const place = (base: Local, where: Code): Code => i32.add(i32.add(get(base), get(row)), where);
  const normalized = (value: Code, where: Code): Code => {
    const packedRow = (index: number): Code => v128.load(i32.add(get(packed), where), index * rowBytes);
    if (!kernel.centred) return multiplyAdd(engine, value, packedRow(0), packedRow(1));
    const centred = f32x4.sub(f32x4.mul(value, packedRow(0)), packedRow(1));
    return f32x4.add(f32x4.mul(f32x4.mul(centred, packedRow(2)), packedRow(3)), packedRow(4));
  };
  const body = [
    f.upTo(unit, get(end), [
      set(row, i32.mul(get(unit), i32.const(kernel.channels * floatBytes))),
      forEachVector(f, kernel.channels, offset, (where, used) => [
        set(x, normalized(v128.load(place(input, where)), where)),
        epilogue.apply(x, v128.load(place(addend, where))),
        storeLanes(place(output, where), get(x), used, 0),
      ]),
    ]),
  ];
  return { parameters, body: f.encode(body) };
}
