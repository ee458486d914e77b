import { describe, expect, it } from 'vitest';
import { TensorError } from './errors.js';
import { type ImageOptions, imageToTensor } from './image.js';

const plain: ImageOptions = { crop: false, normalize: false };

/** Grey pixels 0, 1, 2, … */
const counting = (width: number, height: number) => ({
  data: Uint8Array.from({ length: width * height }, (_, i) => i),
  width,
  height,
});

describe('imageToTensor', () => {
  it('reads grey, RGB and RGBA, and ignores alpha', () => {
    const rgb = { data: [1, 2, 3, 4, 5, 6], width: 2, height: 1 };
    expect(imageToTensor(rgb, plain)).toMatchObject({ dtype: 'float32', shape: [1, 1, 2, 3] });
    expect([...imageToTensor(rgb, plain).data]).toEqual([1, 2, 3, 4, 5, 6]);
    const rgba = { data: [1, 2, 3, 0, 4, 5, 6, 255], width: 2, height: 1 };
    expect([...imageToTensor(rgba, plain).data]).toEqual([1, 2, 3, 4, 5, 6]);
    const grey = { data: [7, 9], width: 2, height: 1 };
    expect([...imageToTensor(grey, plain).data]).toEqual([7, 7, 7, 9, 9, 9]);
  });

  it('gives the luma as the one channel of a grey tensor', () => {
    const rgb = { data: [255, 0, 0, 0, 255, 0, 0, 0, 255], width: 3, height: 1 };
    const luma = imageToTensor(rgb, { ...plain, channels: 1 });
    expect(luma.shape).toEqual([1, 1, 3, 1]);
    expect([...luma.data]).toEqual([76.245, 149.685, 29.07].map(Math.fround));
    // The weights sum to 1, so grey stays what it is.
    const grey = counting(16, 16);
    expect([...imageToTensor(grey, { ...plain, channels: 1 }).data]).toEqual([...grey.data]);
  });

  it('maps 0…255 to −1…1 by default', () => {
    const { data } = imageToTensor({ data: [0, 127.5, 255], width: 1, height: 1 });
    expect([...data]).toEqual([-1, 0, 1]);
  });

  it('normalizes each channel by its own mean and deviation', () => {
    const normalize = { mean: [1, 2, 3], standardDeviation: [1, 2, 4] };
    const image = { data: [2, 4, 7, 0, 0, 0], width: 2, height: 1 };
    expect([...imageToTensor(image, { crop: false, normalize }).data]).toEqual([1, 1, 1, -1, -1, -0.75]);
  });

  it('cuts the largest centred square, the odd pixel going right or below', () => {
    // Five columns, two rows: 0…4 and 5…9. The square is two wide and starts at column 1.
    const wide = imageToTensor(counting(5, 2), { normalize: false, channels: 1 });
    expect(wide.shape).toEqual([1, 2, 2, 1]);
    expect([...wide.data]).toEqual([1, 2, 6, 7]);
    // Two columns, five rows: rows 1 and 2.
    const tall = imageToTensor(counting(2, 5), { normalize: false, channels: 1 });
    expect([...tall.data]).toEqual([2, 3, 4, 5]);
  });

  it('resizes after cutting', () => {
    const size = { height: 1, width: 1 };
    // The square 1 2 / 6 7 has the mean 4; the whole image has 4.5.
    const cut = imageToTensor(counting(5, 2), { normalize: false, channels: 1, size });
    expect(cut.shape).toEqual([1, 1, 1, 1]);
    expect(cut.data[0]).toBeCloseTo(4, 5);
    const whole = imageToTensor(counting(5, 2), { ...plain, channels: 1, size });
    expect(whole.data[0]).toBeCloseTo(4.5, 5);
  });

  it('gives the height and the width that were asked for, in that order', () => {
    const resized = imageToTensor(counting(7, 5), { ...plain, size: { height: 3, width: 11 } });
    expect(resized.shape).toEqual([1, 3, 11, 3]);
  });

  it('refuses what is not an image, with both numbers', () => {
    expect(() => imageToTensor({ data: [1, 2, 3, 4, 5], width: 2, height: 1 })).toThrow(
      'an image of 2×1 needs 1, 3 or 4 bytes a pixel (2, 6 or 8), but has 5 bytes',
    );
    expect(() => imageToTensor({ data: [], width: 0, height: 1 })).toThrow(
      'an image of 0×1 pixels has no content',
    );
    expect(() => imageToTensor({ data: [1], width: 1.5, height: 1 })).toThrow(TensorError);
    expect(() => imageToTensor(counting(2, 2), { size: { height: 0, width: 4 } })).toThrow(
      'an image cannot be resized to 4×0 pixels',
    );
  });

  it('refuses a normalization that does not fit', () => {
    const normalize = { mean: [1, 2], standardDeviation: 1 };
    expect(() => imageToTensor(counting(2, 2), { normalize })).toThrow(
      'normalization has 2 means for 3 channels',
    );
    const constant = { mean: 0, standardDeviation: [1, 0, 1] };
    expect(() => imageToTensor(counting(2, 2), { normalize: constant })).toThrow(
      'a standard deviation, which must be above 0, not 0',
    );
  });
});
