/** @file The code of copies that put pixels apart. The target's other pixels are zeros already. */
import {
  advance,
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
import { type SpreadKernel, spreadImageBytes, spreadRange } from '../plan/spread.js';

/** Parameters: first unit, last unit, source, target. A unit is an image. */
export function emitSpread(kernel: SpreadKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, source, target] = f.parameters as [Local, Local, Local, Local];
  const [fromRow, toRow, from, to, offset] = Array.from({ length: 5 }, () => f.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const { channels, channelStride, strides, shift } = kernel;
  const y = spreadRange(kernel.source[0], kernel.target[0], strides[0], shift[0]);
  const x = spreadRange(kernel.source[1], kernel.target[1], strides[1], shift[1]);
  const sourcePixel = channels * channelStride * floatBytes;
  const targetPixel = channels * floatBytes;
  const images = spreadImageBytes(kernel);
  const start = {
    source: (y.first * kernel.source[1] + x.first) * sourcePixel + kernel.firstChannel * floatBytes,
    target:
      ((y.first * strides[0] + shift[0]) * kernel.target[1] + x.first * strides[1] + shift[1]) * targetPixel,
  };

  const copyPixel: Code =
    channelStride === 1
      ? forEachVector(f, channels, offset, (at, used) =>
          storeLanes(i32.add(get(to), at), v128.load(i32.add(get(from), at)), used, 0),
        )
      : Array.from({ length: channels }, (_, c) =>
          storeLanes(get(to), v128.load32Splat(get(from), c * channelStride * floatBytes), 1, c * floatBytes),
        );
  const body = f.upTo(unit, get(end), [
    set(
      fromRow,
      i32.add(get(source), i32.add(i32.mul(get(unit), i32.const(images.source)), i32.const(start.source))),
    ),
    set(
      toRow,
      i32.add(get(target), i32.add(i32.mul(get(unit), i32.const(images.target)), i32.const(start.target))),
    ),
    f.repeat(y.count, [
      set(from, get(fromRow)),
      set(to, get(toRow)),
      f.repeat(x.count, [copyPixel, advance(from, sourcePixel), advance(to, strides[1] * targetPixel)]),
      advance(fromRow, kernel.source[1] * sourcePixel),
      advance(toRow, strides[0] * kernel.target[1] * targetPixel),
    ]),
  ]);
  return { parameters: 4, body: f.encode(body) };
}
