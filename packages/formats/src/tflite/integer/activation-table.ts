/** @file Functions of one number as the tables that integer networks have for them: those that TFLite has for bytes. */
import type { Activation, StoredAs } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import type { ByteType } from '../../byte-type.js';
import {
  type ByteFunction,
  clampedByte,
  eluByte,
  expByte,
  geluByte,
  hardSwishByte,
  leakyByte,
  logisticByte,
  requantizedByte,
  type Stored,
  tanhByte,
} from './byte-functions.js';
import { clippedTo, tfliteBound } from './operands.js';
import { tableOf } from './tables.js';

/** The operator that a function is, if TFLite has it for bytes. */
function byteFunctionOf(activation: Activation): ByteFunction | undefined {
  switch (activation.kind) {
    case 'clamp':
      return clampedByte;
    case 'elu':
      return activation.alpha === 1 && activation.scale === 1 ? eluByte : undefined;
    case 'exp':
      return expByte;
    case 'gelu':
      return geluByte(false);
    case 'gelu-tanh':
      return geluByte(true);
    case 'hard-swish':
      return hardSwishByte;
    case 'leaky-relu':
      return leakyByte(activation.slope);
    case 'sigmoid':
      return logisticByte;
    case 'tanh':
      return tanhByte;
    default:
      return undefined;
  }
}

/**
 * The table of 256 entries for a function of one number, as TFLite's runtimes compute it.
 *
 * @returns `undefined` where they have no such operator for these bytes.
 *
 * @internal
 */
export function activationTable(
  activation: Activation,
  input: Stored,
  output: StoredAs,
): Tensor<ByteType> | undefined {
  const of = byteFunctionOf(activation)?.(input, output);
  const clipped = activation.kind === 'clamp' ? clippedTo(output, activation, tfliteBound) : output;
  return of && tableOf(input, clipped, [of]);
}

/**
 * The table that stores bytes with another scale and zero point; `undefined` where they are the same already.
 *
 * @internal
 */
export function requantizeTable(input: Stored, output: StoredAs): Tensor<ByteType> | undefined {
  const of = requantizedByte(input, output);
  return of && tableOf(input, output, [of]);
}
