/** @file The code between real numbers and integers, in float32 step by step as the ops are defined. */
import { storedRange } from '@sepconv/tensor';
import { flatUnit } from '../plan/elementwise.js';
import type { ConvertKernel, DynamicQuantizeKernel } from '../plan/integer-elements.js';
import type { ByteType } from '../plan/integers.js';
import { floatBytes, lanes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32, f32x4, get, i32, i32x4, ifElse, type Local, select, set, v128 } from '../wasm/instructions.js';
import { advance } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { loadEightOf, loadOf } from './loads.js';
import { roundedInteger } from './requantize.js';
import { narrowToBytes } from './store-bytes.js';

const vectorBytes = lanes * floatBytes;

/** Where a number lies and its integer goes, and what it is quantized by. */
interface Quantizing {
  readonly source: Local;
  readonly target: Local;
  readonly scale: Local;
  readonly zero: Local;
  readonly low: Local;
  readonly high: Local;
  /** Whether the scale is a reciprocal. */
  readonly isByReciprocal: boolean;
}

/** Sets the bounds of a type less the zero point. */
function setBounds(dtype: ConvertKernel['dtype'], { zero, low, high }: Quantizing): Code {
  const { min, max } = storedRange(dtype);
  const bound = (value: number): Code => f32.convertI32S(i32.sub(i32.const(value), get(zero)));
  return [set(low, bound(min)), set(high, bound(max))];
}

/** Quantizes one number, and moves to the next. */
const quantizeNext = ({ source, target, scale, zero, low, high, isByReciprocal }: Quantizing): Code => [
  i32.store8(
    get(target),
    roundedInteger(
      (isByReciprocal ? f32.mul : f32.div)(f32.load(get(source)), get(scale)),
      get(low),
      get(high),
      get(zero),
    ),
  ),
  advance(source, floatBytes),
  advance(target, 1),
];

/** Numbers that are converted at a time. */
const stepOf = { quantize: 16, dequantize: 4 } as const;

/** Quantizes the next sixteen numbers, and moves on. */
function quantizeSeveral(f: FunctionBuilder, dtype: ByteType, quantizing: Quantizing): Code {
  const { source, target, scale, zero, low, high, isByReciprocal } = quantizing;
  const integers = f.vectors(4);
  const [scales, zeros, least, most] = f.vectors(4) as [Local, Local, Local, Local];
  const rounded = (vector: number): Code => {
    const quotient = (isByReciprocal ? f32x4.mul : f32x4.div)(
      v128.load(get(source), vector * vectorBytes),
      get(scales),
    );
    const clipped = f32x4.min(f32x4.max(f32x4.nearest(quotient), get(least)), get(most));
    return i32x4.add(i32x4.truncSatF32x4S(clipped), get(zeros));
  };
  return [
    set(scales, f32x4.splat(get(scale))),
    set(zeros, i32x4.splat(get(zero))),
    set(least, f32x4.splat(get(low))),
    set(most, f32x4.splat(get(high))),
    integers.map((integer, vector) => set(integer, rounded(vector))),
    narrowToBytes(dtype, false, integers),
    v128.store(get(target), get(integers[0] as Local)),
    advance(source, stepOf.quantize * floatBytes),
    advance(target, stepOf.quantize),
  ];
}

/** Real numbers of the next four integers. */
function dequantizeSeveral(
  dtype: ConvertKernel['dtype'],
  { source, target, scale, zero }: Pick<Quantizing, 'source' | 'target' | 'scale' | 'zero'>,
): Code {
  const load =
    dtype === 'int32' ? v128.load(get(source)) : i32x4.extendLowI16x8S(loadEightOf(dtype)(get(source)));
  const differences = i32x4.sub(load, i32x4.splat(get(zero)));
  return [
    v128.store(get(target), f32x4.mul(f32x4.splat(get(scale)), f32x4.convertI32x4S(differences))),
    advance(source, stepOf.dequantize * (dtype === 'int32' ? floatBytes : 1)),
    advance(target, vectorBytes),
  ];
}

/** `count` numbers, several at a time and then single ones. */
const inSteps = (f: FunctionBuilder, count: number, step: number, several: Code, single: Code): Code => [
  f.repeat(Math.floor(count / step), several),
  f.repeat(count % step, single),
];

/** Bytes of a part's range. */
const rangeBytes = 2 * floatBytes;

/** The code of a unit of `inner` numbers, or of the fewer that are left of `length` for the last one. */
function inUnit(unit: Local, length: number, inner: number, elements: (count: number) => Code): Code {
  const full = Math.floor(length / inner);
  const rest = length - full * inner;
  if (rest === 0 || full === 0) return elements(rest === 0 ? inner : rest);
  return ifElse(i32.ltU(get(unit), i32.const(full)), elements(inner), elements(rest));
}

/** The function. Parameters: first unit, last unit, input, pairs of scale and zero point, output. */
export function emitConvert(kernel: ConvertKernel): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [unit, end, input, pairs, output] = f.parameters as [Local, Local, Local, Local, Local];
  const { direction, dtype, inner, channels, length } = kernel;
  const [source, target, pair, zero] = Array.from({ length: 4 }, () => f.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
  ];
  const [scale, low, high] = [f.local('f32'), f.local('f32'), f.local('f32')];
  const storedBytes = dtype === 'int32' ? 4 : 1;
  const { isByReciprocal } = kernel;
  const quantizing = { source, target, scale, zero, low, high, isByReciprocal };
  const isQuantize = direction === 'quantize';
  const [sourceBytes, targetBytes] = isQuantize ? [floatBytes, 1] : [storedBytes, floatBytes];
  const dequantizeNext: Code = [
    f32.store(
      get(target),
      f32.mul(get(scale), f32.convertI32S(i32.sub(loadOf(dtype)(get(source)), get(zero)))),
    ),
    advance(source, storedBytes),
    advance(target, floatBytes),
  ];
  const elements = (count: number): Code =>
    isQuantize
      ? inSteps(
          f,
          count,
          stepOf.quantize,
          quantizeSeveral(f, dtype as ByteType, quantizing),
          quantizeNext(quantizing),
        )
      : inSteps(f, count, stepOf.dequantize, dequantizeSeveral(dtype, quantizing), dequantizeNext);
  const body = f.upTo(unit, get(end), [
    set(source, i32.add(get(input), i32.mul(get(unit), i32.const(inner * sourceBytes)))),
    set(target, i32.add(get(output), i32.mul(get(unit), i32.const(inner * targetBytes)))),
    set(pair, i32.add(get(pairs), i32.mul(i32.remU(get(unit), i32.const(channels)), i32.const(8)))),
    set(scale, f32.load(get(pair))),
    set(zero, i32.load(get(pair), 4)),
    isQuantize ? setBounds(dtype, quantizing) : [],
    inUnit(unit, length, inner, elements),
  ]);
  return { parameters: 5, body: f.encode(body) };
}

/** The ranges of parts. Parameters: first unit, last unit, input, output. */
function emitRanges(length: number): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const [source, target, least, largest] = [f.local('i32'), f.local('i32'), f.local('f32'), f.local('f32')];
  const [leasts, largests] = f.vectors(2) as [Local, Local];
  const body = f.upTo(unit, get(end), [
    set(source, i32.add(get(input), i32.mul(get(unit), i32.const(flatUnit * floatBytes)))),
    set(target, i32.add(get(output), i32.mul(get(unit), i32.const(rangeBytes)))),
    set(least, f32.const(0)),
    set(largest, f32.const(0)),
    [leasts, largests].map((register) => set(register, f32x4.const(0))),
    inUnit(unit, length, flatUnit, (count) =>
      inSteps(
        f,
        count,
        lanes,
        [
          set(leasts, f32x4.min(get(leasts), v128.load(get(source)))),
          set(largests, f32x4.max(get(largests), v128.load(get(source)))),
          advance(source, vectorBytes),
        ],
        [
          set(least, f32.min(get(least), f32.load(get(source)))),
          set(largest, f32.max(get(largest), f32.load(get(source)))),
          advance(source, floatBytes),
        ],
      ),
    ),
    [0, 1, 2, 3].map((lane) => [
      set(least, f32.min(get(least), f32x4.extractLane(get(leasts), lane))),
      set(largest, f32.max(get(largest), f32x4.extractLane(get(largests), lane))),
    ]),
    f32.store(get(target), get(least)),
    f32.store(get(target), get(largest), floatBytes),
  ]);
  return { parameters: 4, body: f.encode(body) };
}

/**
 * The function of quantization by the range of the numbers. Parameters: first unit, last unit, input, ranges of its parts unless
 * they are the result, output.
 */
export function emitDynamicQuantize({ length, result }: DynamicQuantizeKernel): EmittedFunction {
  if (result === 'ranges') return emitRanges(length);
  const f = new FunctionBuilder(5);
  const [unit, end, input, ranges, output] = f.parameters as [Local, Local, Local, Local, Local];
  const [source, target, zero] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [least, largest, scale, low, high] = Array.from({ length: 5 }, () => f.local('f32')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const { min, max } = storedRange('uint8');
  const range = f32.sub(get(largest), get(least));
  // scale = (largest − least) / 255, or 1 where nothing differs from 0.
  const scaleCode = select(
    f32.const(1),
    f32.div(get(scale), f32.const(255)),
    f32.eq(get(scale), f32.const(0)),
  );
  const zeroCode = roundedInteger(
    f32.div(f32.neg(get(least)), get(scale)),
    f32.const(min),
    f32.const(max),
    i32.const(0),
  );
  const quantizing = { source, target, scale, zero, low, high, isByReciprocal: false };
  const values: Code = f.upTo(unit, get(end), [
    set(source, i32.add(get(input), i32.mul(get(unit), i32.const(flatUnit * floatBytes)))),
    set(target, i32.add(get(output), i32.mul(get(unit), i32.const(flatUnit)))),
    inUnit(unit, length, flatUnit, (count) =>
      inSteps(f, count, stepOf.quantize, quantizeSeveral(f, 'uint8', quantizing), quantizeNext(quantizing)),
    ),
  ]);
  const stores = {
    values: [setBounds('uint8', quantizing), values],
    scale: f32.store(get(output), get(scale)),
    'zero-point': i32.store8(get(output), get(zero)),
  } as const;
  const body = [
    set(source, get(ranges)),
    set(least, f32.const(0)),
    set(largest, f32.const(0)),
    f.repeat(Math.ceil(length / flatUnit), [
      set(least, f32.min(get(least), f32.load(get(source)))),
      set(largest, f32.max(get(largest), f32.load(get(source), floatBytes))),
      advance(source, rangeBytes),
    ]),
    set(scale, range),
    set(scale, scaleCode),
    set(zero, zeroCode),
    stores[result],
  ];
  return { parameters: 5, body: f.encode(body) };
}
