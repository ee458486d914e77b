/**
 * @file The code of a weight's gradient: R rows of the weight times V vectors of output channels in registers, while all
 * positions of a unit pass.
 *
 *   acc[i][j] += splat(input[p][i]) · gradient[p][j]        i < R, j < V
 *
 * The sums are loaded from the gradient of the weight and stored there again, so units add up in their order.
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
  type Local,
  lanes,
  lanesOf,
  multiplyAdd,
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

/** A tile over all lines and pixels of the unit. */
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

/** All tiles of one row height: full ones in a loop, then the narrower last one. The pointers end behind the rows. */
function emitRowTile(context: Context, height: number): Code {
  const { f, kernel, gradient, weight, input } = context;
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
    advance(weight, height * rowBytes(kernel) - full * width * floatBytes),
    advance(input, height * floatBytes),
  ];
}

/** All rows of one tap, the taller tiles first. `input` ends behind the rows. */
function emitRows(context: Context): Code {
  const { f, kernel } = context;
  const { groups, size, larger } = balanced(kernel.rows, kernel.tile.rows);
  return [
    larger === 0 ? [] : f.repeat(larger, emitRowTile(context, size + 1)),
    larger === groups ? [] : f.repeat(groups - larger, emitRowTile(context, size)),
  ];
}

/** Loops over the taps; `input` is back at the first one afterwards, `weight` behind the last row. */
function emitTaps(context: Context, level = 0): Code {
  const { f, kernel, input } = context;
  const tap = kernel.taps[level];
  if (tap === undefined) return [emitRows(context), advance(input, -kernel.rows * floatBytes)];
  return [
    f.repeat(tap.count, [emitTaps(context, level + 1), advance(input, tap.stride)]),
    advance(input, -tap.count * tap.stride),
  ];
}

/** Parameters: first unit, last unit, input, gradient of the output, gradient of the weight. A unit is an image. */
export function emitWeightGradient(engine: Engine, kernel: WeightGradientKernel): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [unit, end, input, gradient, weight] = f.parameters as [Local, Local, Local, Local, Local];
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
  const taps = kernel.taps.reduce((product, { count }) => product * count, 1);
  const gradientImage = kernel.lines * kernel.pixels * rowBytes(kernel);
  const body = f.upTo(unit, get(end), [
    set(context.input, i32.add(get(input), i32.mul(get(unit), i32.const(kernel.imageStride)))),
    set(context.gradient, i32.add(get(gradient), i32.mul(get(unit), i32.const(gradientImage)))),
    set(context.weight, get(weight)),
    f.repeat(kernel.groups, [
      emitTaps(context),
      advance(context.input, kernel.rows * floatBytes),
      advance(context.gradient, kernel.columns * floatBytes),
      advance(context.weight, kernel.columns * floatBytes - taps * kernel.rows * rowBytes(kernel)),
    ]),
  ]);
  return { parameters: 5, body: f.encode(body) };
}
