import { describe, expect, test } from 'vitest';
import { chooseClamp, everything, hull } from '../range.js';
import type { TfliteTensor } from './model.js';
import { activationInterval, valueQuantization } from './range.js';

const tensor = (more: Partial<TfliteTensor>): TfliteTensor => ({
  index: 3,
  name: 'value',
  shape: [1],
  type: 'uint8',
  isVariable: false,
  ...more,
});

describe('chooseClamp', () => {
  const zeroToSix = { min: 0, max: 6 };

  test('names a clamp after what it is', () => {
    expect(chooseClamp(everything, { min: 0, max: Infinity }, 0)).toEqual({ op: 'relu' });
    expect(chooseClamp(everything, zeroToSix, 0)).toEqual({ op: 'relu6' });
    expect(chooseClamp(everything, { min: -1, max: 1 }, 0)).toEqual({ op: 'clamp', min: -1, max: 1 });
    expect(chooseClamp(everything, everything, 0)).toBeUndefined();
  });

  test('takes 255 steps of MobileNet’s 0.0235 for the 6 of a ReLU6, and not more than half a step', () => {
    const step = 0.023528477177023888;
    expect(chooseClamp(everything, { min: 0, max: 255 * step }, step)).toEqual({ op: 'relu6' });
    expect(chooseClamp(everything, { min: 0, max: 254 * step }, step)).toEqual({
      op: 'clamp',
      min: 0,
      max: 254 * step,
    });
  });

  test('drops a bound that the op cannot reach, or only by rounding', () => {
    expect(chooseClamp(zeroToSix, { min: -1, max: 7 }, 0)).toBeUndefined();
    expect(chooseClamp({ min: 0, max: 1 }, { min: 0, max: 255 / 256 }, 1 / 256)).toBeUndefined();
    expect(chooseClamp({ min: 0, max: 8 }, zeroToSix, 0)).toEqual({ op: 'clamp', max: 6 });
    expect(chooseClamp({ min: -1, max: 6 }, zeroToSix, 0)).toEqual({ op: 'relu' });
  });
});

describe('valueQuantization', () => {
  test('gives the numbers that a type can store', () => {
    const quantization = { scale: [0.5], zeroPoint: [128], axis: 0 };
    expect(valueQuantization(tensor({ quantization }))?.range).toEqual({ min: -64, max: 63.5 });
    const signed = { scale: [0.25], zeroPoint: [-128], axis: 0 };
    expect(valueQuantization(tensor({ type: 'int8', quantization: signed }))?.range).toEqual({
      min: 0,
      max: 63.75,
    });
    for (const type of ['float32', 'int32', 'int64', 'bool', 'uint8'] as const)
      expect(valueQuantization(tensor({ type }))).toBeUndefined();
  });

  test.each([
    [{ type: 'int8' as const }, 'tensor 3 "value" holds int8 without quantization'],
    [{ type: 'complex64' as const }, 'holds complex64 without quantization, but a network computes float32'],
    [{ quantization: { scale: [0], zeroPoint: [0], axis: 0 } }, 'the scale 0, which must be positive'],
    [{ quantization: { scale: [Infinity], zeroPoint: [0], axis: 0 } }, 'the scale Infinity'],
    [{ quantization: { scale: [1], zeroPoint: [256], axis: 0 } }, 'uint8 cannot store (0 to 255)'],
    [{ quantization: { scale: [1, 1], zeroPoint: [0, 0], axis: 0 } }, 'only weights may be'],
  ])('refuses %o', (more, message) => {
    expect(() => valueQuantization(tensor(more))).toThrow(message);
  });
});

test('an activation that no clamp expresses is refused', () => {
  expect(activationInterval(2)).toEqual({ min: -1, max: 1 });
  expect(() => activationInterval(5)).toThrow('SIGN_BIT is not supported');
  expect(() => activationInterval(77)).toThrow('the fused activation 77 is not supported');
});

test('the hull of intervals holds them all', () => {
  expect(
    hull([
      { min: 0, max: 1 },
      { min: -3, max: 0.5 },
    ]),
  ).toEqual({ min: -3, max: 1 });
});
