/**
 * @file The code of a depthwise weight's gradient. For each vector of channels, and for at most `tapsAtOnce` taps together:
 *
 *   acc[tap] += input[p · stride + tap] · gradient[p]        over all pixels p of the unit, lane by lane
 */
import {
  advance,
  type Code,
  type EmittedFunction,
  type Engine,
  FunctionBuilder,
  floatBytes,
  get,
  i32,
  type Local,
  lanes,
  multiplyAdd,
  set,
  storeLanes,
  v128,
} from '@sepconv/kernels/toolkit';
import type { DepthwiseWeightGradientKernel } from '../plan/depthwise-weight-gradient.js';

/** Sums that stay in registers beside the gradient and a temporary. */
const tapsAtOnce = 12;

/** Groups of neighbouring taps, as even as possible. */
function tapGroups(taps: readonly number[]): { first: number; offsets: readonly number[] }[] {
  const groups = Math.ceil(taps.length / tapsAtOnce);
  const size = Math.ceil(taps.length / groups);
  return Array.from({ length: groups }, (_, group) => ({
    first: group * size,
    offsets: taps.slice(group * size, (group + 1) * size),
  })).filter(({ offsets }) => offsets.length > 0);
}

/** Parameters: first unit, last unit, padded input, gradient of the output, gradient of the weight. A unit is an image. */
export function emitDepthwiseWeightGradient(
  engine: Engine,
  kernel: DepthwiseWeightGradientKernel,
): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [unit, end, input, gradient, weight] = f.parameters as [Local, Local, Local, Local, Local];
  const [imageInput, imageGradient, channelWeight] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [inputLine, inputPixel, gradientPixel] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [value, ...sums] = f.vectors(tapsAtOnce + 1) as [Local, ...Local[]];
  const pixelBytes = kernel.channels * floatBytes;

  const channels = (used: number): Code =>
    tapGroups(kernel.taps).map(({ first, offsets }) => [
      offsets.map((_, t) => set(sums[t]!, v128.load(get(channelWeight), (first + t) * pixelBytes))),
      set(inputLine, get(imageInput)),
      set(gradientPixel, get(imageGradient)),
      f.repeat(kernel.lines, [
        set(inputPixel, get(inputLine)),
        f.repeat(kernel.pixels, [
          set(value, v128.load(get(gradientPixel))),
          offsets.map((offset, t) =>
            set(sums[t]!, multiplyAdd(engine, get(value), v128.load(get(inputPixel), offset), get(sums[t]!))),
          ),
          advance(inputPixel, kernel.pixelStride),
          advance(gradientPixel, pixelBytes),
        ]),
        advance(inputLine, kernel.lineStride),
      ]),
      offsets.map((_, t) => storeLanes(get(channelWeight), get(sums[t]!), used, (first + t) * pixelBytes)),
    ]);

  const full = Math.floor(kernel.channels / lanes);
  const rest = kernel.channels - full * lanes;
  const vectorBytes = lanes * floatBytes;
  const imageBytes = kernel.lines * kernel.pixels * pixelBytes;
  const body = f.upTo(unit, get(end), [
    set(imageInput, i32.add(get(input), i32.mul(get(unit), i32.const(kernel.imageStride)))),
    set(imageGradient, i32.add(get(gradient), i32.mul(get(unit), i32.const(imageBytes)))),
    set(channelWeight, get(weight)),
    f.repeat(full, [
      channels(lanes),
      advance(imageInput, vectorBytes),
      advance(imageGradient, vectorBytes),
      advance(channelWeight, vectorBytes),
    ]),
    rest === 0 ? [] : channels(rest),
  ]);
  return { parameters: 5, body: f.encode(body) };
}
