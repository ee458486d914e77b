import { elementCount } from '@sepconv/tensor';
import type { NodeResult, OperatorContext } from '../context.js';
import type { Stored, StoredFunction } from './byte-functions.js';
import { fixedFactor, fround, multiplyFixed } from './fixed-point.js';
import { byteValue, storedOutput, storedWeight } from './operands.js';
import { storedAs, tableOf, tableParameter } from './tables.js';

/** The most rows of 256 that a table may have: 1 MB. */
const mostRows = 4096;

/** What is stored for an integer by its slope, as it is stored, in two fixed-point factors. */
function preluOf(input: Stored, slopes: Stored, output: Stored): (slope: number) => StoredFunction {
  const [inputScale, outputScale] = [input.scale, output.scale];
  const above = fixedFactor(fround(inputScale / outputScale));
  const below = fixedFactor(fround(fround(inputScale * slopes.scale) / outputScale));
  return (slope) => (stored) => {
    const difference = stored - input.zeroPoint;
    const rounded =
      difference >= 0
        ? multiplyFixed(difference, above)
        : multiplyFixed(difference * (slope - slopes.zeroPoint), below);
    return output.zeroPoint + rounded;
  };
}

/**
 * PRELU with constant slopes: a table for each, indexed by the channel, or by the place in the image where slopes differ there.
 *
 * Source: TensorFlow Lite, kernels/internal/reference/prelu.h, and `PreluPrepare` in kernels/activations.cc.
 */
export function readIntegerPrelu(context: OperatorContext): NodeResult | undefined {
  const [value, output] = [byteValue(context, 0), storedOutput(context)];
  const slopes = storedWeight(context, 1);
  if (value === undefined || output === undefined || slopes === undefined) return undefined;
  const input = storedAs(context.tensor(0));
  const stored = storedAs(context.tensor(1));
  const isWhole = context.tensor(1).quantization?.scale.length === 1;
  if (!isWhole || input.dtype !== output.dtype || stored.dtype !== input.dtype) return undefined;
  const shape = context.shape(0);
  const rows = slopes.data.length;
  // Slopes of the last dimensions, whole: of the channels, or of every place.
  const last = shape.slice(shape.length - slopes.shape.length);
  const behind = slopes.shape.slice(slopes.shape.findIndex((extent) => extent !== 1));
  const isInOrder = rows === 1 || behind.every((extent, axis) => extent === last.slice(-behind.length)[axis]);
  if (!isInOrder || rows > mostRows) return undefined;
  const of = preluOf(input, stored, output);
  const table = tableParameter(context, tableOf(input, output, Array.from(slopes.data, of)));
  if (rows === 1 || shape.at(-1) === rows)
    return context.node('lookup', [value, table], {}, { isStored: true });
  const flat = context.helper('reshape', [value], { shape: [elementCount(shape) / rows, rows] });
  const looked = context.helper('lookup', [flat, table], {});
  return context.node('reshape', [looked], { shape }, { isStored: true });
}
