/**
 * @file The code of a fused pair or triple: for each strip it calls the kernels of its parts.
 *
 *   expansion rows → scratch → depthwise rows → strip → pointwise → output
 *
 * The parts address rows and strips by their number in the whole image. To make row r land at the start of a scratch
 * buffer, they get the buffer's address minus r rows: addresses wrap around, and only their sum is ever used.
 */

import { dilatedExtent, hasAddition } from '@sepconv/graph';
import { type GemmKernel, unitsPerLine } from '../plan/gemm.js';
import type { SeparableKernel } from '../plan/separable.js';
import { floatBytes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i32, ifElse, type Local, memory, set } from '../wasm/instructions.js';
import { maximum, minimum } from './address.js';
import type { CallKernel } from './call-kernel.js';
import type { EmittedFunction } from './elementwise.js';

const minus = (base: Local, count: Code, bytes: number): Code =>
  i32.sub(get(base), i32.mul(count, i32.const(bytes)));

/** The first unit of a line of a matrix product. */
const unitOfLine = (part: GemmKernel, line: Code): Code => {
  const units = unitsPerLine(part);
  return units === 1 ? line : i32.mul(line, i32.const(units));
};

interface ExpansionLocals {
  readonly input: Local;
  /** The strip's rows, from the first to before the last. */
  readonly row: Local;
  readonly rowEnd: Local;
  /** Where row 0 of the expansion would lie. */
  readonly source: Local;
  readonly firstRow: Local;
  readonly lastRow: Local;
  /** The first row that is not computed yet. */
  readonly ready: Local;
  readonly rowsStart: Code;
  readonly weights: Local;
}

/** Rows of the expansion that the last strip left behind are moved to the front, and only the others are computed. */
function expandRows(
  { depthwise, expansion }: SeparableKernel,
  callKernel: CallKernel,
  locals: ExpansionLocals,
): Code {
  const { input, row, rowEnd, source, firstRow, lastRow, ready, rowsStart, weights } = locals;
  const inputRowBytes = depthwise.input[1] * depthwise.channels * floatBytes;
  const bytesOf = (count: Code): Code => i32.mul(count, i32.const(inputRowBytes));
  return [
    set(
      firstRow,
      maximum(
        i32.sub(i32.mul(get(row), i32.const(depthwise.strides[0])), i32.const(depthwise.padding[0])),
        i32.const(0),
      ),
    ),
    ifElse(
      i32.gtS(get(ready), get(firstRow)),
      memory.copy(
        rowsStart,
        i32.add(get(source), bytesOf(get(firstRow))),
        bytesOf(i32.sub(get(ready), get(firstRow))),
      ),
      set(ready, get(firstRow)),
    ),
    set(
      lastRow,
      minimum(
        i32.add(
          i32.sub(
            i32.mul(i32.sub(get(rowEnd), i32.const(1)), i32.const(depthwise.strides[0])),
            i32.const(depthwise.padding[0]),
          ),
          i32.const(dilatedExtent(depthwise.window[0], depthwise.dilations[0])),
        ),
        i32.const(depthwise.input[0]),
      ),
    ),
    set(source, i32.sub(rowsStart, bytesOf(get(firstRow)))),
    callKernel(expansion as GemmKernel, [
      unitOfLine(expansion as GemmKernel, get(ready)),
      unitOfLine(expansion as GemmKernel, get(lastRow)),
      get(input),
      get(weights),
      get(source),
    ]),
    set(ready, get(lastRow)),
  ];
}

/**
 * The function of a fused kernel. Parameters: first unit, last unit, input, expansion weights if there is one, depthwise
 * weights, zeros, scratch, pointwise weights, output, addend if there is one.
 */
export function emitSeparable(kernel: SeparableKernel, callKernel: CallKernel): EmittedFunction {
  const { depthwise, pointwise, lastPointwise, expansion, rows, stripBytes } = kernel;
  const parameters = 8 + (expansion === undefined ? 0 : 1) + (hasAddition(pointwise.epilogue) ? 1 : 0);
  const f = new FunctionBuilder(parameters);
  const [unit, end, input, ...others] = f.parameters as [Local, Local, Local, ...Local[]];
  const expansionWeights = expansion === undefined ? undefined : others.shift();
  const [depthwiseWeights, zeros, scratch, pointwiseWeights, output, ...addend] = others as [
    Local,
    Local,
    Local,
    Local,
    Local,
    ...Local[],
  ];
  const allRows = depthwise.batch * depthwise.output[0];
  const [row, rowEnd, source] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [firstRow, lastRow, ready] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const locals = { input, row, rowEnd, source, firstRow, lastRow, ready };
  const stripRowBytes = stripBytes / rows;

  const rowsStart = i32.add(get(scratch), i32.const(stripBytes));
  const mix = (part: GemmKernel, line: Code, base: Code, out: readonly Code[]): Code => {
    const next = i32.add(line, i32.const(1));
    const units = [unitOfLine(part, line), unitOfLine(part, next)];
    return callKernel(part, [...units, base, get(pointwiseWeights), ...out]);
  };
  const fullStrips = Math.floor(allRows / rows);
  const outputBytes = fullStrips * rows * depthwise.output[1] * pointwise.columns * floatBytes;
  const behindFull = (local: Local): Code => i32.add(get(local), i32.const(outputBytes));
  const full = mix(pointwise, get(unit), minus(scratch, get(unit), stripBytes), [
    get(output),
    ...addend.map(get),
  ]);
  const last =
    lastPointwise === undefined
      ? []
      : mix(lastPointwise, i32.const(0), get(scratch), [behindFull(output), ...addend.map(behindFull)]);

  const body = f.upTo(unit, get(end), [
    set(row, i32.mul(get(unit), i32.const(rows))),
    set(rowEnd, minimum(i32.add(get(row), i32.const(rows)), i32.const(allRows))),
    expansionWeights === undefined
      ? set(source, get(input))
      : expandRows(kernel, callKernel, { ...locals, rowsStart, weights: expansionWeights }),
    callKernel(depthwise, [
      get(row),
      get(rowEnd),
      get(source),
      get(depthwiseWeights),
      minus(scratch, get(row), stripRowBytes),
      get(zeros),
    ]),
    lastPointwise === undefined
      ? full
      : fullStrips === 0
        ? last
        : ifElse(i32.ltS(get(unit), i32.const(fullStrips)), full, last),
  ]);
  return { parameters, body: f.encode(body) };
}
