/** @file The code of integer arithmetic element by element, and of means over an image. */
import type { BroadcastDimension } from '../plan/elementwise.js';
import type { Engine } from '../plan/engine.js';
import {
  type IntegerBinaryKernel,
  type IntegerMeanKernel,
  meanStep,
  meanUnits,
} from '../plan/integer-elements.js';
import type { ByteSums, ByteType } from '../plan/integers.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32, get, i16x8, i32, i32x4, ifElse, type Local, select, set } from '../wasm/instructions.js';
import { advance, byteOffsetOfUnit, moveOn } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { loadEightOf, loadOf } from './loads.js';
import { divideLanesAway, storeRequantized } from './requantize.js';
import { byteConstants, narrowToBytes, roundToBytes, storeFirstBytes } from './store-bytes.js';

/** `clip(zeroPoint + rounded)` of 32 bits. */
function storeClipped({ zeroPoint, min, max }: ByteSums, rounded: Local, target: Code): Code {
  const [low, high] = [i32.const(min - zeroPoint), i32.const(max - zeroPoint)];
  return [
    set(rounded, select(get(rounded), low, i32.gtS(get(rounded), low))),
    set(rounded, select(get(rounded), high, i32.ltS(get(rounded), high))),
    i32.store8(target, i32.add(get(rounded), i32.const(zeroPoint))),
  ];
}

/** Numbers that are computed at a time. */
const step = 8;

/** One operand of the loop over the innermost dimension: where it is read, and its distance from the zero point. */
interface BinaryOperand {
  readonly dtype: ByteType;
  readonly zero: number;
  readonly stride: number;
  readonly pointer: Local;
}

/** The difference of one number from its zero point. */
const differenceOf = ({ dtype, zero, pointer }: BinaryOperand): Code =>
  i32.sub(loadOf(dtype)(get(pointer)), i32.const(zero));

/** The differences of eight numbers, or of the only one, as 16-bit integers. */
function differencesOf(f: FunctionBuilder, operand: BinaryOperand): Code {
  if (operand.stride === 0) return i16x8.splat(differenceOf(operand));
  const zeros = f.integerConstant((operand.zero & 0xffff) * 0x10001);
  return i16x8.sub(loadEightOf(operand.dtype)(get(operand.pointer)), zeros);
}

/** One sum or product of numbers, stored. */
function emitSingle(
  { sum, ratio, result }: IntegerBinaryKernel,
  a: BinaryOperand,
  b: BinaryOperand,
  rounded: Local,
  target: Local,
): Code {
  const [left, right] = [differenceOf(a), differenceOf(b)];
  if (sum === undefined) {
    const product = i32.mul(left, right);
    return storeRequantized(result, { sum: product, ratio: f32.const(ratio as number), target: get(target) });
  }
  const products = i32.add(
    i32.mul(left, i32.const(sum.multiplierA)),
    i32.mul(right, i32.const(sum.multiplierB)),
  );
  return [
    set(rounded, i32.shrS(i32.add(products, i32.const(2 ** (sum.shift - 1))), i32.const(sum.shift))),
    storeClipped(result, rounded, get(target)),
  ];
}

/** Eight sums or products, stored. */
function emitSeveral(
  f: FunctionBuilder,
  engine: Engine,
  { sum, ratio, result }: IntegerBinaryKernel,
  [a, b]: readonly [BinaryOperand, BinaryOperand],
  target: Local,
): Code {
  const [left, right, low, high] = f.vectors(4) as [Local, Local, Local, Local];
  const { zeroPoint, min, max, dtype } = result;
  const ofSum = (x: Code, y: Code): Code => {
    const { multiplierA, multiplierB, shift } = sum as NonNullable<typeof sum>;
    const products = i32x4.add(
      i32x4.mul(x, f.integerConstant(multiplierA)),
      i32x4.mul(y, f.integerConstant(multiplierB)),
    );
    const rounded = i32x4.shrS(i32x4.add(products, f.integerConstant(2 ** (shift - 1))), shift);
    const clipped = i32x4.minS(
      i32x4.maxS(rounded, f.integerConstant(min - zeroPoint)),
      f.integerConstant(max - zeroPoint),
    );
    return i32x4.add(clipped, f.integerConstant(zeroPoint));
  };
  const halves =
    sum === undefined
      ? [
          set(low, i32x4.extmulLowI16x8S(get(left), get(right))),
          set(high, i32x4.extmulHighI16x8S(get(left), get(right))),
          [low, high].map((product) =>
            roundToBytes(byteConstants(f, engine, result), product, f.constant(ratio as number)),
          ),
        ]
      : [
          set(low, ofSum(i32x4.extendLowI16x8S(get(left)), i32x4.extendLowI16x8S(get(right)))),
          set(high, ofSum(i32x4.extendHighI16x8S(get(left)), i32x4.extendHighI16x8S(get(right)))),
        ];
  return [
    set(left, differencesOf(f, a)),
    set(right, differencesOf(f, b)),
    halves,
    narrowToBytes(dtype, false, [low, high]),
    storeFirstBytes(get(target), low, 0, step),
  ];
}

/** The function of a sum or product. Parameters: first unit, last unit, a, b, output. */
export function emitIntegerBinary(engine: Engine, kernel: IntegerBinaryKernel): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [unit, end, firstA, firstB, output] = f.parameters as [Local, Local, Local, Local, Local];
  const [target, rounded] = [f.local('i32'), f.local('i32')];
  const outer = kernel.dimensions.slice(0, -1);
  const last = kernel.dimensions.at(-1) as BroadcastDimension;
  const strides = (which: 'strideA' | 'strideB') => outer.map((d) => ({ size: d.size, stride: d[which] }));
  const a = { dtype: kernel.a, zero: kernel.zeroA, stride: last.strideA, pointer: f.local('i32') };
  const b = { dtype: kernel.b, zero: kernel.zeroB, stride: last.strideB, pointer: f.local('i32') };
  const advanceBy = (count: number): Code => [
    [a, b].map(({ pointer, stride }) => advance(pointer, count * stride)),
    advance(target, count),
  ];
  const full = Math.max(a.stride, b.stride) === 1 ? Math.floor(last.size / step) : 0;
  const body = f.upTo(unit, get(end), [
    set(a.pointer, i32.add(get(firstA), byteOffsetOfUnit(unit, strides('strideA'), 1))),
    set(b.pointer, i32.add(get(firstB), byteOffsetOfUnit(unit, strides('strideB'), 1))),
    set(target, i32.add(get(output), i32.mul(get(unit), i32.const(last.size)))),
    f.repeat(full, [emitSeveral(f, engine, kernel, [a, b], target), advanceBy(step)]),
    f.repeat(last.size - full * step, [emitSingle(kernel, a, b, rounded, target), advanceBy(1)]),
  ]);
  return { parameters: 5, body: f.encode(body) };
}

/** The function of a mean. Parameters: first unit, last unit, input, output. */
export function emitIntegerMean(engine: Engine, kernel: IntegerMeanKernel): EmittedFunction {
  const { dtype, pixels, channels, zero, ratio, result } = kernel;
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const [source, target, channel, image] = f.integers(4) as [Local, Local, Local, Local];
  const [several, low, high] = f.vectors(3) as [Local, Local, Local];
  const units = i32.const(meanUnits(channels));
  const start = f.integerConstant(-zero * pixels);
  const rest = channels % meanStep;
  const store = (count: number): Code => storeFirstBytes(get(target), low, 0, count);
  const constants = byteConstants(f, engine, result);
  const [least, most] = [f.integerConstant(result.min), f.integerConstant(result.max)];
  const round = (sum: Local): Code =>
    ratio === undefined
      ? [
          divideLanesAway(f, sum, pixels, i32.const(pixels), i32.const(Math.floor(pixels / 2))),
          set(sum, i32x4.minS(i32x4.maxS(get(sum), least), most)),
        ]
      : roundToBytes(constants, sum, f.constant(ratio));
  const body = f.upTo(unit, get(end), [
    set(image, i32.divU(get(unit), units)),
    set(channel, i32.mul(i32.remU(get(unit), units), i32.const(meanStep))),
    set(source, i32.add(get(channel), i32.mul(get(image), i32.const(pixels * channels)))),
    moveOn(source, get(input)),
    set(target, i32.add(get(channel), i32.mul(get(image), i32.const(channels)))),
    moveOn(target, get(output)),
    [low, high].map((sum) => set(sum, start)),
    f.repeat(pixels, [
      set(several, loadEightOf(dtype)(get(source))),
      set(low, i32x4.add(get(low), i32x4.extendLowI16x8S(get(several)))),
      set(high, i32x4.add(get(high), i32x4.extendHighI16x8S(get(several)))),
      advance(source, channels),
    ]),
    [low, high].map(round),
    narrowToBytes(result.dtype, false, [low, high]),
    rest === 0
      ? store(meanStep)
      : ifElse(i32.ltS(get(channel), i32.const(channels - rest)), store(meanStep), store(rest)),
  ]);
  return { parameters: 4, body: f.encode(body) };
}
