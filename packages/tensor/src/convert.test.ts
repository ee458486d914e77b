import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantizeTensor, toFloat16, toFloat32 } from './convert.js';
import { createTensor, float32Tensor } from './tensor.js';

describe('toFloat32', () => {
  it('returns a float32 tensor as it is', () => {
    const tensor = float32Tensor([2], [1, 2]);
    expect(toFloat32(tensor)).toBe(tensor);
  });

  it('widens binary16 and converts plain integers', () => {
    const half = createTensor('float16', [3], Uint16Array.of(0x3c00, 0xfc00, 0x0001));
    expect([...toFloat32(half).data]).toEqual([1, -Infinity, 2 ** -24]);
    const integers = createTensor('int32', [2], Int32Array.of(-7, 2 ** 24 + 1));
    expect([...toFloat32(integers).data]).toEqual([-7, 2 ** 24]);
    const doubles = createTensor('float64', [1], Float64Array.of(0.1));
    expect([...toFloat32(doubles).data]).toEqual([Math.fround(0.1)]);
  });

  it('dequantizes: scale · (stored − zero point)', () => {
    const tensor = createTensor('uint8', [3], Uint8Array.of(0, 128, 255), { scale: [0.5], zeroPoint: [128] });
    expect([...toFloat32(tensor).data]).toEqual([-64, 0, 63.5]);
  });

  it('takes the scale of its index along the axis, first, middle or last', () => {
    const stored = Int8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const along = (axis: number) =>
      toFloat32(createTensor('int8', [2, 2, 2], stored, { scale: [1, 10], zeroPoint: [0, 1], axis })).data;
    // Index 0: stored; index 1: 10 · (stored − 1).
    expect([...along(0)]).toEqual([1, 2, 3, 4, 40, 50, 60, 70]);
    expect([...along(1)]).toEqual([1, 2, 20, 30, 5, 6, 60, 70]);
    expect([...along(2)]).toEqual([1, 10, 3, 30, 5, 50, 7, 70]);
  });
});

describe('toFloat16', () => {
  it('keeps what binary16 can hold', () => {
    const tensor = float32Tensor([4], [1, -2, 65504, 2 ** -24]);
    expect(toFloat32(toFloat16(tensor))).toEqual(tensor);
  });
});

describe('quantizeTensor', () => {
  it('rounds halves away from zero, shifts and clamps', () => {
    const real = float32Tensor([8], [0, 0.25, 0.75, -0.25, -0.75, 100, -100, Infinity]);
    const stored = quantizeTensor(real, 'int8', { scale: [0.5], zeroPoint: [1] });
    // 0 + 1, 0.5 → 1 + 1, 1.5 → 2 + 1, −0.5 → −1 + 1, −1.5 → −2 + 1, 200, −200, ∞
    expect([...stored.data]).toEqual([1, 2, 3, 0, -1, 127, -128, 127]);
    const bytes = quantizeTensor(real, 'uint8', { scale: [0.5], zeroPoint: [128] });
    expect([...bytes.data]).toEqual([128, 129, 130, 127, 126, 255, 0, 255]);
  });

  it('rounds the number just below one half to 0', () => {
    // The quotient is ½ − 2⁻⁵⁴, the largest float64 below one half; adding ½ to it rounds to 1.
    const below = 0.5 - 2 ** -25;
    const stored = quantizeTensor(float32Tensor([2], [below, -below]), 'int8', {
      scale: [below / (0.5 - 2 ** -54)],
      zeroPoint: [0],
    });
    expect([...stored.data]).toEqual([0, 0]);
  });

  it('refuses NaN', () => {
    expect(() =>
      quantizeTensor(float32Tensor([2], [1, NaN]), 'uint8', { scale: [1], zeroPoint: [0] }),
    ).toThrow('element 1 is NaN, which uint8 cannot stand for');
  });

  it('is undone by toFloat32 up to half a step, inside the range', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: -20, max: 20 }),
        fc.double({ min: 1, max: 2, noNaN: true }),
        (values, zero, scale) => {
          const real = float32Tensor([values.length], values);
          const restored = toFloat32(quantizeTensor(real, 'int8', { scale: [scale], zeroPoint: [zero] }));
          restored.data.forEach((value, i) => {
            // One rounding to float32 comes on top.
            expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(scale / 2 + 1e-5);
          });
        },
      ),
    );
  });

  it('gives stored integers back exactly', () => {
    const all = createTensor(
      'int8',
      [256],
      Int8Array.from({ length: 256 }, (_, i) => i - 128),
      {
        scale: [0.0078125],
        zeroPoint: [-3],
      },
    );
    expect(quantizeTensor(toFloat32(all), 'int8', all.quantization!)).toEqual(all);
  });

  it('uses the channel of its axis', () => {
    const real = float32Tensor([2, 2], [1, 1, 2, 2]);
    const stored = quantizeTensor(real, 'int32', { scale: [1, 0.5], zeroPoint: [0, 10], axis: 1 });
    expect([...stored.data]).toEqual([1, 12, 2, 14]);
  });
});
