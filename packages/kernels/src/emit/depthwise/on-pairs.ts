/**
 * @file A depthwise convolution of integers, some output rows at a time: pairs of the image's rows are made in scratch, where the
 * convolution itself reads them.
 */
import { type DepthwiseKernel, pairsOfRow } from '../../plan/depthwise-conv2d.js';
import { codeOfPairs, numbersOfPairs, pairRowBytes, type RowPairs } from '../../plan/row-pairs.js';
import { FunctionBuilder } from '../../wasm/function.js';
import { get, i32, ifElse, type Local, memory, set } from '../../wasm/instructions.js';
import { maximum, minimum } from '../address.js';
import type { CallKernel } from '../call-kernel.js';
import type { EmittedFunction } from '../elementwise.js';
import { loadOf } from '../loads.js';

/**
 * The function. Parameters: first unit, last unit, input, weights, output, scratch, and the zero point's address if it is an
 * operand.
 */
export function emitOnPairs(
  kernel: DepthwiseKernel,
  pairs: RowPairs,
  callKernel: CallKernel,
): EmittedFunction {
  const { pairs: _, ...whole } = kernel;
  const { dtype, rows, unitRows, zero } = pairs;
  const made = { dtype, hasZero: zero === 'operand' };
  const parameters = zero === 'operand' ? 7 : 6;
  const f = new FunctionBuilder(parameters);
  const [unit, end, input, weights, output, scratch] = f.parameters as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const [image, row, rowEnd] = f.integers(3) as [Local, Local, Local];
  /** The first pair that the unit needs, the one behind its last, and those in scratch from the units before. */
  const [first, last, ready, before, base] = f.integers(5) as [Local, Local, Local, Local, Local];
  const [height] = kernel.output;
  const units = i32.const(Math.ceil(height / unitRows));
  const rowBytes = i32.const(pairRowBytes(pairs));
  const { stride, span } = pairsOfRow(kernel);
  const ofImage = i32.mul(get(image), i32.const(rows));
  const kept = i32.mul(i32.sub(get(ready), get(first)), rowBytes);
  const source = i32.add(get(scratch), i32.mul(i32.sub(get(first), get(before)), rowBytes));
  const zeroPoint = zero === 'operand' ? loadOf(dtype)(get(f.parameters[6] as Local)) : i32.const(zero);
  const allRows = i32.mul(get(image), i32.const(height));
  const body = f.upTo(unit, get(end), [
    set(image, i32.divU(get(unit), units)),
    set(row, i32.mul(i32.remU(get(unit), units), i32.const(unitRows))),
    set(rowEnd, minimum(i32.add(get(row), i32.const(unitRows)), i32.const(height))),
    // Counted through all images, so that no pair of one is taken for another's.
    set(first, i32.add(ofImage, i32.mul(get(row), i32.const(stride)))),
    set(last, i32.add(i32.add(ofImage, i32.mul(get(rowEnd), i32.const(stride))), i32.const(span - stride))),
    ifElse(i32.gtS(get(ready), get(first)), memory.copy(get(scratch), source, kept)),
    set(before, get(first)),
    set(base, i32.sub(get(scratch), i32.mul(get(first), rowBytes))),
    callKernel(codeOfPairs(pairs), [
      maximum(get(ready), get(first)),
      get(last),
      get(input),
      get(base),
      zeroPoint,
      ...numbersOfPairs(pairs).map(i32.const),
    ]),
    set(ready, get(last)),
    callKernel({ ...whole, made }, [
      i32.add(allRows, get(row)),
      i32.add(allRows, get(rowEnd)),
      get(base),
      get(weights),
      get(output),
      // All rows of pairs are there: none is replaced by zeros.
      get(scratch),
      ...(made.hasZero ? [zeroPoint] : []),
    ]),
  ]);
  return { parameters, body: f.encode(body) };
}
