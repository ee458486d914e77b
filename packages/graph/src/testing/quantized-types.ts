/** @file For tests only: types of quantized values. */
import type { Shape } from '@sepconv/tensor';
import type { ValueType } from '../value-type.js';

/** A value of bytes with one scale and zero point. */
export function bytes(
  dtype: 'int8' | 'uint8',
  shape: Shape,
  scale = 0.5,
  zeroPoint = dtype === 'int8' ? 0 : 128,
): ValueType {
  return { dtype, shape, quantization: { scale: [scale], zeroPoint: [zeroPoint] } };
}

/** What most results are stored as. */
export const output = { dtype: 'int8', scale: 0.25, zeroPoint: -3 } as const;

/** The type of what is stored like that. */
export const outputType = (shape: Shape): ValueType => bytes('int8', shape, 0.25, -3);
