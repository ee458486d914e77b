/**
 * @file The code of a weight's gradient: R rows of the weight times V vectors of output channels in registers, while all
 * positions of an image pass.
 *
 *   acc[i][j] += splat(input[p][i]) · gradient[p][j]        i < R, j < V
 *
 * The sums are loaded from the gradient of the weight and stored there again, so images add up in their order.
 */
import {
  advance,
  balanced,
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
  lanesOf,
  multiplyAdd,
  select,
  set,
  storeLanes,
  v128,
} from '@sepconv/kernels/toolkit';
import type { WeightGradientKernel } from '../plan/weight-gradient.js';

const vectorBytes = lanes * floatBytes;

interface Context {
  readonly f: FunctionBuilder;
  readonly engine: Engine;
  readonly kernel: WeightGradientKernel;
  readonly accumulators: readonly Local[];
  readonly gradients: readonly Local[];
  readonly splat: Local;
  /** The tile's first input element and gradient element, and where its sums are kept. */
  readonly input: Local;
  readonly gradient: Local;
  readonly weight: Local;
  readonly inputLine: Local;
  readonly gradientLine: Local;
  readonly inputPixel: Local;
  readonly gradientPixel: Local;
}

/** Bytes from a row of the weight, and from a pixel of the gradient, to the next. */
const rowBytes = ({ groups, columns }: WeightGradientKernel): number => groups * columns * floatBytes;

/** One position: V loads, R splats, R · V multiply-adds. */
function emitPosition(context: Context, height: number, vectors: number): Code {
  const { engine, gradients, accumulators, splat, inputPixel, gradientPixel } = context;
  const code: Code[] = [];
  for (let j = 0; j < vectors; j++) {
    code.push(set(gradients[j]!, v128.load(get(gradientPixel), j * vectorBytes)));
  }
  for (let i = 0; i < height; i++) {
    code.push(set(splat, v128.load32Splat(get(inputPixel), i * floatBytes)));
    for (let j = 0; j < vectors; j++) {
      const sum = accumulators[i * vectors + j]!;
      code.push(set(sum, multiplyAdd(engine, get(splat), get(gradients[j]!), get(sum))));
    }
  }
  return code;
}

/** A tile over all lines and pixels of the image. */
function emitTile(context: Context, height: number, columns: number): Code {
  const { f, kernel, accumulators, weight, input, gradient } = context;
  const { inputLine, gradientLine, inputPixel, gradientPixel } = context;
  const vectors = Math.ceil(columns / lanes);
  const sums = Array.from({ length: height * vectors }, (_, index) => {
    const [i, j] = [Math.floor(index / vectors), index % vectors];
    return { sum: accumulators[index]!, j, offset: i * rowBytes(kernel) + j * vectorBytes };
  });
  return [
    sums.map(({ sum, offset }) => set(sum, v128.load(get(weight), offset))),
    set(inputLine, get(input)),
    set(gradientLine, get(gradient)),
    f.repeat(kernel.lines, [
      set(inputPixel, get(inputLine)),
      set(gradientPixel, get(gradientLine)),
      f.repeat(kernel.pixels, [
        emitPosition(context, height, vectors),
        advance(inputPixel, kernel.pixelStride),
        advance(gradientPixel, rowBytes(kernel)),
      ]),
      advance(inputLine, kernel.lineStride),
      advance(gradientLine, kernel.pixels * rowBytes(kernel)),
    ]),
    sums.map(({ sum, j, offset }) => storeLanes(get(weight), get(sum), lanesOf(j, columns), offset)),
  ];
}

/** A tile of rows of one tap: full columns in a loop, then the narrower last ones. The pointers are back afterwards. */
function emitRowTile(context: Context, height: number): Code {
  const { f, kernel, gradient, weight } = context;
  const width = kernel.tile.vectors * lanes;
  const full = Math.floor(kernel.columns / width);
  const rest = kernel.columns - full * width;
  return [
    f.repeat(full, [
      emitTile(context, height, width),
      advance(gradient, width * floatBytes),
      advance(weight, width * floatBytes),
    ]),
    rest === 0 ? [] : emitTile(context, height, rest),
    advance(gradient, -full * width * floatBytes),
    advance(weight, -full * width * floatBytes),
  ];
}

/** Loops over the taps; `input` is back at the first one afterwards, `weight` behind the last. */
function emitTaps(context: Context, height: number, level = 0): Code {
  const { f, kernel, input, weight } = context;
  const tap = kernel.taps[level];
  if (tap === undefined)
    return [emitRowTile(context, height), advance(weight, kernel.rows * rowBytes(kernel))];
  return [
    f.repeat(tap.count, [emitTaps(context, height, level + 1), advance(input, tap.stride)]),
    advance(input, -tap.count * tap.stride),
  ];
}

/** Parameters: first unit, last unit, input, gradient of the output, gradient of the weight. */
export function emitWeightGradient(engine: Engine, kernel: WeightGradientKernel): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [first, end, image, imageGradient, weight] = f.parameters as [Local, Local, Local, Local, Local];
  const pointer = (): Local => f.local('i32');
  const context: Context = {
    f,
    engine,
    kernel,
    accumulators: f.vectors(kernel.tile.rows * kernel.tile.vectors),
    gradients: f.vectors(kernel.tile.vectors),
    splat: f.local('v128'),
    input: pointer(),
    gradient: pointer(),
    weight: pointer(),
    inputLine: pointer(),
    gradientLine: pointer(),
    inputPixel: pointer(),
    gradientPixel: pointer(),
  };
  const [unit, group, tile, row] = [pointer(), pointer(), pointer(), pointer()];
  const { groups: tiles, size, larger } = balanced(kernel.rows, kernel.tile.rows);
  const moved = (from: Local, bytesOfGroup: number, bytesOfRow: number): Code =>
    i32.add(
      i32.add(get(from), i32.mul(get(group), i32.const(bytesOfGroup))),
      i32.mul(get(row), i32.const(bytesOfRow)),
    );
  // The taller tiles come first.
  const tallerBefore = select(get(tile), i32.const(larger), i32.ltS(get(tile), i32.const(larger)));
  const body = f.repeat(kernel.images, [
    set(unit, get(first)),
    f.upTo(unit, get(end), [
      set(group, i32.divU(get(unit), i32.const(tiles))),
      set(tile, i32.remU(get(unit), i32.const(tiles))),
      set(row, i32.add(i32.mul(get(tile), i32.const(size)), tallerBefore)),
      set(context.input, moved(image, kernel.rows * floatBytes, floatBytes)),
      set(context.gradient, moved(imageGradient, kernel.columns * floatBytes, 0)),
      set(context.weight, moved(weight, kernel.columns * floatBytes, rowBytes(kernel))),
      larger === 0
        ? emitTaps(context, size)
        : ifElse(i32.ltS(get(tile), i32.const(larger)), emitTaps(context, size + 1), emitTaps(context, size)),
    ]),
    advance(image, kernel.imageStride),
    advance(imageGradient, kernel.lines * kernel.pixels * rowBytes(kernel)),
  ]);
  return { parameters: 5, body: f.encode(body) };
}
