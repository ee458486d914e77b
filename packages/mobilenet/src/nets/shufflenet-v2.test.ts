import { describe, expect, test } from 'vitest';
import { NetworkError } from '../errors.js';
import { blockShapes, parameterCounts } from '../testing/facts.js';
import { shuffleNetV2 } from './shufflenet-v2.js';

describe('ShuffleNetV2', () => {
  test('has the stages of table 5 of the paper', () => {
    expect(blockShapes(shuffleNetV2()).map(([, shape]) => shape.slice(2))).toEqual([
      [56, 24],
      ...Array.from({ length: 4 }, () => [28, 116]),
      ...Array.from({ length: 8 }, () => [14, 232]),
      ...Array.from({ length: 4 }, () => [7, 464]),
      [],
    ]);
  });

  // `num_params` of torchvision's weights.
  test.each([
    [0.5, 1_366_792],
    [1, 2_278_604],
    [1.5, 3_503_624],
    [2, 7_393_996],
  ])('at width %d has as many parameters as torchvision says', (width, trainable) => {
    expect(parameterCounts(shuffleNetV2({ width })).trainable).toBe(trainable);
  });

  test('lets half of the channels go by, but not where the image is halved', () => {
    const names = shuffleNetV2().nodes.map(({ name }) => name);
    expect(names).not.toContain('block_1/bypass');
    expect(names).toContain('block_1/shortcut-depthwise');
    expect(names).toContain('block_2/bypass');
    expect(names).not.toContain('block_2/shortcut');
  });

  test('comes in four widths', () => {
    expect(() => shuffleNetV2({ width: 0.75 })).toThrow(NetworkError);
    expect(() => shuffleNetV2({ width: 0.75 })).toThrow('width must be one of 0.5, 1, 1.5, 2, not 0.75');
  });
});
