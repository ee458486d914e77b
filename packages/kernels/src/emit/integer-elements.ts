/** @file The code of integer arithmetic element by element, and of means over an image. */
import type { BroadcastDimension } from '../plan/elementwise.js';
import type { IntegerBinaryKernel, IntegerMeanKernel } from '../plan/integer-elements.js';
import type { ByteSums } from '../plan/integers.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i32, type Local, select, set } from '../wasm/instructions.js';
import { advance, byteOffsetOfUnit } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { loadOf } from './loads.js';
import { divideAway, storeRequantized } from './requantize.js';

/** `clip(zeroPoint + rounded)` of 32 bits. */
function storeClipped({ zeroPoint, min, max }: ByteSums, rounded: Local, target: Code): Code {
  const [low, high] = [i32.const(min - zeroPoint), i32.const(max - zeroPoint)];
  return [
    set(rounded, select(get(rounded), low, i32.gtS(get(rounded), low))),
    set(rounded, select(get(rounded), high, i32.ltS(get(rounded), high))),
    i32.store8(target, i32.add(get(rounded), i32.const(zeroPoint))),
  ];
}

/** The function of a sum or product. Parameters: first unit, last unit, a, b, the factor of a product, output. */
export function emitIntegerBinary(kernel: IntegerBinaryKernel): EmittedFunction {
  const { sum, result } = kernel;
  const parameters = sum === undefined ? 6 : 5;
  const f = new FunctionBuilder(parameters);
  const [unit, end, a, b, factor] = f.parameters as [Local, Local, Local, Local, Local];
  const output = f.parameters.at(-1) as Local;
  const [left, right, target, rounded] = Array.from({ length: 4 }, () => f.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
  ];
  const outer = kernel.dimensions.slice(0, -1);
  const last = kernel.dimensions.at(-1) as BroadcastDimension;
  const strides = (which: 'strideA' | 'strideB') => outer.map((d) => ({ size: d.size, stride: d[which] }));
  const fromA = i32.sub(loadOf(kernel.a)(get(left)), i32.const(kernel.zeroA));
  const fromB = i32.sub(loadOf(kernel.b)(get(right)), i32.const(kernel.zeroB));
  const element =
    sum === undefined
      ? storeRequantized(f, result, { sum: i32.mul(fromA, fromB), factor: get(factor), target: get(target) })
      : [
          set(
            rounded,
            i32.shrS(
              i32.add(
                i32.add(
                  i32.mul(fromA, i32.const(sum.multiplierA)),
                  i32.mul(fromB, i32.const(sum.multiplierB)),
                ),
                i32.const(2 ** (sum.shift - 1)),
              ),
              i32.const(sum.shift),
            ),
          ),
          storeClipped(result, rounded, get(target)),
        ];
  const body = f.upTo(unit, get(end), [
    set(left, i32.add(get(a), byteOffsetOfUnit(unit, strides('strideA'), 1))),
    set(right, i32.add(get(b), byteOffsetOfUnit(unit, strides('strideB'), 1))),
    set(target, i32.add(get(output), i32.mul(get(unit), i32.const(last.size)))),
    f.repeat(last.size, [
      element,
      advance(left, last.strideA),
      advance(right, last.strideB),
      advance(target, 1),
    ]),
  ]);
  return { parameters, body: f.encode(body) };
}

/** The function of a mean. Parameters: first unit, last unit, input, the factor where there is one, output. */
export function emitIntegerMean({
  dtype,
  pixels,
  channels,
  zero,
  isStored,
  result,
}: IntegerMeanKernel): EmittedFunction {
  const parameters = isStored ? 4 : 5;
  const f = new FunctionBuilder(parameters);
  const [unit, end, input, factor] = f.parameters as [Local, Local, Local, Local];
  const output = f.parameters.at(-1) as Local;
  const [source, sum] = [f.local('i32'), f.local('i32')];
  const image = i32.divU(get(unit), i32.const(channels));
  const channel = i32.remU(get(unit), i32.const(channels));
  const target = i32.add(get(output), get(unit));
  const body = f.upTo(unit, get(end), [
    set(source, i32.add(i32.add(get(input), i32.mul(image, i32.const(pixels * channels))), channel)),
    set(sum, i32.const(-zero * pixels)),
    f.repeat(pixels, [set(sum, i32.add(get(sum), loadOf(dtype)(get(source)))), advance(source, channels)]),
    isStored
      ? [
          set(sum, divideAway(sum, i32.const(pixels), i32.const(Math.floor(pixels / 2)))),
          storeClipped(result, sum, target),
        ]
      : storeRequantized(f, result, { sum: get(sum), factor: get(factor), target }),
  ]);
  return { parameters, body: f.encode(body) };
}
