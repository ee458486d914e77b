import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphError } from './errors.js';
import {
  dilatedExtent,
  noPadding,
  outputExtent,
  type PaddingSpec,
  resolvePadding,
  samePadding,
  samePaddingLower,
} from './padding.js';
import { countPositions } from './testing/infer-op.js';

const size = fc.integer({ min: 1, max: 40 });
const small = fc.integer({ min: 1, max: 5 });

describe('dilatedExtent and outputExtent', () => {
  it('span the taps and count the positions', () => {
    expect(dilatedExtent(3, 1)).toBe(3);
    expect(dilatedExtent(3, 2)).toBe(5);
    expect(dilatedExtent(1, 7)).toBe(1);
    fc.assert(
      fc.property(
        size,
        small,
        small,
        small,
        fc.nat(4),
        fc.nat(4),
        (input, window, stride, dilation, before, after) => {
          const extent = dilatedExtent(window, dilation);
          const positions = countPositions(input + before + after, window, stride, dilation);
          // Where the window does not fit the formula falls below 1.
          expect(Math.max(0, outputExtent(input, before, after, extent, stride))).toBe(positions);
        },
      ),
    );
  });
});

describe('samePadding', () => {
  it.each([
    // MobileNet's first layer and its strided depthwise layers: an odd zero goes to the bottom and the right.
    { input: 224, window: 3, stride: 2, padding: [0, 1] },
    { input: 112, window: 3, stride: 1, padding: [1, 1] },
    { input: 7, window: 3, stride: 2, padding: [1, 1] },
    { input: 5, window: 5, stride: 2, padding: [2, 2] },
    { input: 4, window: 1, stride: 2, padding: [0, 0] },
    { input: 1, window: 3, stride: 2, padding: [1, 1] },
    { input: 10, window: 2, stride: 1, padding: [0, 1] },
  ])(
    'is $padding for $input pixels, window $window, stride $stride',
    ({ input, window, stride, padding }) => {
      const [before, after] = padding as [number, number];
      expect(samePadding([input, 1], [window, 1], [stride, 1])).toEqual({
        top: before,
        bottom: after,
        left: 0,
        right: 0,
      });
      expect(samePadding([1, input], [1, window], [1, stride])).toEqual({
        top: 0,
        bottom: 0,
        left: before,
        right: after,
      });
    },
  );

  it("follows TensorFlow's rule", () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 7 }), small, small, (input, window, stride, dilation) => {
        const { top, bottom } = samePadding([input, 1], [window, 1], [stride, 1], [dilation, 1]);
        const extent = (window - 1) * dilation + 1;
        // As the documentation of tf.nn.convolution writes it, by the remainder.
        const total = Math.max(extent - (input % stride === 0 ? stride : input % stride), 0);
        expect(top + bottom).toBe(total);
        expect(top).toBe(Math.floor(total / 2));
        expect(outputExtent(input, top, bottom, extent, stride)).toBe(Math.ceil(input / stride));
      }),
    );
  });

  it('is mirrored as SAME_LOWER', () => {
    expect(samePadding([8, 9], [3, 4], [2, 1])).toEqual({ top: 0, bottom: 1, left: 1, right: 2 });
    expect(samePaddingLower([8, 9], [3, 4], [2, 1])).toEqual({ top: 1, bottom: 0, left: 2, right: 1 });
  });
});

describe('resolvePadding', () => {
  const resolve = (spec: PaddingSpec) => resolvePadding(spec, [8, 8], [3, 3], [2, 2], [1, 1]);

  it('understands names, a number and the four numbers', () => {
    expect(resolve('same')).toEqual({ top: 0, bottom: 1, left: 0, right: 1 });
    expect(resolve('valid')).toEqual(noPadding);
    expect(resolve(1)).toEqual({ top: 1, bottom: 1, left: 1, right: 1 });
    const four = { top: 1, bottom: 2, left: 3, right: 4 };
    expect(resolve(four)).toBe(four);
  });

  it('refuses anything else', () => {
    expect(() => resolve('SAME' as PaddingSpec)).toThrow(GraphError);
    expect(() => resolve('SAME' as PaddingSpec)).toThrow(
      "padding is 'same', 'valid', a number or four numbers, not \"SAME\"",
    );
    expect(() => resolve(null as unknown as PaddingSpec)).toThrow('not null');
  });
});
