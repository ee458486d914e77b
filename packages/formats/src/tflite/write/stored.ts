/** @file What integers stand for in a file: in which of both types of bytes, between which bounds, and with which bias. */
import { type StoredAs, storedBounds } from '@sepconv/graph';
import type { ByteType } from '../../byte-type.js';
import { type BoundRule, clippedTo, tfliteBound, xnnpackBound } from '../integer/operands.js';
import type { TfliteQuantization } from '../model.js';
import { activationInterval } from '../range.js';
import type { TfliteWriter } from './graph-writer.js';
import type { Target } from './op-writer.js';

/** The same as bytes of the other type. */
export function storedIn({ dtype, ...stored }: StoredAs, type: ByteType): StoredAs {
  const shift = dtype === type ? 0 : type === 'int8' ? -128 : 128;
  const { scale, zeroPoint, min, max } = stored;
  return {
    dtype: type,
    scale,
    zeroPoint: zeroPoint + shift,
    ...(min !== undefined && { min: min + shift }),
    ...(max !== undefined && { max: max + shift }),
  };
}

/** Which operators of a runtime round the bounds of an activation in which way. */
export const boundsOf = { xnnpack: xnnpackBound, tflite: tfliteBound } as const satisfies Record<
  string,
  BoundRule
>;

/** Numbers of the fused activations: none, and clamps from 0, from −1 to 1, and from 0 to 6. */
const activations = [0, 1, 2, 3] as const;

/** The fused activation that clips to these integers, if one does. */
function activationFor(stored: StoredAs, rule: BoundRule): number | undefined {
  const wanted = storedBounds(stored);
  return activations.find((activation) => {
    const { dtype, scale, zeroPoint } = stored;
    const { min, max } = storedBounds(
      clippedTo({ dtype, scale, zeroPoint }, activationInterval(activation), rule),
    );
    return min === wanted.min && max === wanted.max;
  });
}

/**
 * Writes an operator whose result is clipped as `stored` says: by a fused activation where one does it, else by MAXIMUM and
 * MINIMUM behind it.
 *
 * @param rule how the operator's runtime rounds an activation's bounds; without, it has no activation.
 */
export function clipped(
  writer: TfliteWriter,
  { output, name }: Pick<Target, 'output' | 'name'>,
  stored: StoredAs,
  rule: BoundRule | undefined,
  write: (output: number, activation: number) => void,
): void {
  const type = writer.tensorType(output);
  const own = storedIn(stored, type.type as ByteType);
  const whole = storedBounds({ ...own, min: undefined, max: undefined } as never);
  const { min, max } = storedBounds(own);
  const isWhole = min === whole.min && max === whole.max;
  const activation = isWhole ? 0 : rule && activationFor(own, rule);
  if (activation !== undefined) {
    write(output, activation);
    return;
  }
  let value = writer.helper(`${name}/unclipped`, type);
  write(value, 0);
  const step = (operator: string, limit: number, isLast: boolean): void => {
    const inputs = [value, writer.scalarOf(type, limit, `${name}/bound`)];
    value = isLast ? output : writer.helper(`${name}/${operator.toLowerCase()}`, type);
    writer.operator(operator, inputs, [value]);
  };
  if (min > whole.min) step('MAXIMUM', min, max >= whole.max);
  if (max < whole.max) step('MINIMUM', max, true);
}

/** The meaning of a bias: it counts in units of the input's scale times the weight's, one for each channel where that has several. */
export function biasQuantization(
  input: TfliteQuantization | undefined,
  weight: TfliteQuantization | undefined,
): TfliteQuantization {
  const scale = (weight?.scale ?? [1]).map((one) =>
    Math.fround(Math.fround(one) * Math.fround(input?.scale[0] ?? 1)),
  );
  return { scale, zeroPoint: scale.map(() => 0), axis: 0 };
}
