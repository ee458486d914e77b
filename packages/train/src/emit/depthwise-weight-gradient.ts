/**
 * @file The code of a depthwise weight's gradient. For each vector of channels, and for at most `tapsAtOnce` taps together:
 *
 *   acc[tap] += input[p · stride + tap] · gradient[p]        over all pixels p of an image, lane by lane
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
  ifElse,
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

/** Parameters: first unit, last unit, padded input, gradient of the output, gradient of the weight. */
export function emitDepthwiseWeightGradient(
  engine: Engine,
  kernel: DepthwiseWeightGradientKernel,
): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [first, end, input, gradient, weight] = f.parameters as [Local, Local, Local, Local, Local];
  const [unit, imageInput, imageGradient, channelWeight] = Array.from({ length: 4 }, () =>
    f.local('i32'),
  ) as [Local, Local, Local, Local];
  const [inputLine, inputPixel, gradientPixel] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [value, ...sums] = f.vectors(tapsAtOnce + 1) as [Local, ...Local[]];
  const pixelBytes = kernel.channels * floatBytes;

  const channels = (used: number): Code =>
    tapGroups(kernel.taps).map(({ first: tap, offsets }) => [
      offsets.map((_, t) => set(sums[t]!, v128.load(get(channelWeight), (tap + t) * pixelBytes))),
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
      offsets.map((_, t) => storeLanes(get(channelWeight), get(sums[t]!), used, (tap + t) * pixelBytes)),
    ]);

  const full = Math.floor(kernel.channels / lanes);
  const rest = kernel.channels - full * lanes;
  const block = (from: Local): Code => i32.add(get(from), i32.mul(get(unit), i32.const(lanes * floatBytes)));
  const body = f.repeat(kernel.images, [
    set(unit, get(first)),
    f.upTo(unit, get(end), [
      set(imageInput, block(input)),
      set(imageGradient, block(gradient)),
      set(channelWeight, block(weight)),
      rest === 0
        ? channels(lanes)
        : ifElse(i32.ltS(get(unit), i32.const(full)), channels(lanes), channels(rest)),
    ]),
    advance(input, kernel.imageStride),
    advance(gradient, kernel.lines * kernel.pixels * pixelBytes),
  ]);
  return { parameters: 5, body: f.encode(body) };
}
