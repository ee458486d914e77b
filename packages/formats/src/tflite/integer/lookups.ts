/** @file Operators on each byte by itself, as tables. What they give is in `byte-functions.ts`. */
import {
  clampedByte,
  eluByte,
  expByte,
  geluByte,
  hardSwishByte,
  leakyByte,
  logisticByte,
  requantizedByte,
  tanhByte,
} from './byte-functions.js';
import { byTable } from './tables.js';

export const readIntegerQuantize = byTable(() => requantizedByte);
export const readIntegerRelu = byTable(() => clampedByte, { min: 0, max: Infinity });
export const readIntegerRelu6 = byTable(() => clampedByte, { min: 0, max: 6 });
export const readIntegerReluMinusOneToOne = byTable(() => clampedByte, { min: -1, max: 1 });
export const readIntegerReluZeroToOne = byTable(() => clampedByte, { min: 0, max: 1 });
export const readIntegerLeakyRelu = byTable((context) => leakyByte(context.options(75).float32(0, 'alpha')));
export const readIntegerHardSwish = byTable(() => hardSwishByte);
export const readIntegerLogistic = byTable(() => logisticByte);
export const readIntegerTanh = byTable(() => tanhByte);
export const readIntegerElu = byTable(() => eluByte);
export const readIntegerExp = byTable(() => expByte);
export const readIntegerGelu = byTable((context) => geluByte(context.options(116).boolean(0, 'approximate')));
