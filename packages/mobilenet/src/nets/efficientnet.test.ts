import { describe, expect, test } from 'vitest';
import { blockShapes, parameterCounts } from '../testing/facts.js';
import {
  efficientNetB0,
  efficientNetB1,
  efficientNetB2,
  efficientNetB3,
  efficientNetLite0,
} from './efficientnet.js';

describe('EfficientNet', () => {
  // `num_params` of torchvision's weights; Keras's "Total params" without the 7 numbers that normalize the image.
  test.each([
    ['B0', efficientNetB0, 5_288_548, 5_330_571 - 7],
    ['B1', efficientNetB1, 7_794_184, 7_856_239 - 7],
    ['B2', efficientNetB2, 9_109_994, 9_177_569 - 7],
    ['B3', efficientNetB3, 12_233_232, 12_320_535 - 7],
  ])('%s counts its parameters', (_, build, trainable, total) => {
    expect(parameterCounts(build())).toEqual({ trainable, total });
    expect(parameterCounts(build({ variant: 'torchvision' }))).toEqual({ trainable, total });
  });

  test('B0 has the stages of table 1 of the paper', () => {
    expect(blockShapes(efficientNetB0()).map(([, shape]) => shape.slice(2))).toEqual([
      [112, 32],
      [112, 16],
      ...Array.from({ length: 2 }, () => [56, 24]),
      ...Array.from({ length: 2 }, () => [28, 40]),
      ...Array.from({ length: 3 }, () => [14, 80]),
      ...Array.from({ length: 3 }, () => [14, 112]),
      ...Array.from({ length: 4 }, () => [7, 192]),
      [7, 320],
      [],
    ]);
  });

  test('squeezes to a quarter of the input of a block, not of its expansion', () => {
    const { parameters } = efficientNetB0();
    expect(parameters.find(({ name }) => name === 'block_3/squeeze-reduce/weight')?.shape).toEqual([
      1, 1, 144, 6,
    ]);
  });

  test('Lite0 is B0 without gates and with ReLU6', () => {
    const lite = efficientNetLite0();
    expect(blockShapes(lite)).toEqual(blockShapes(efficientNetB0()));
    expect(parameterCounts(lite).trainable).toBe(4_652_008);
    expect(lite.nodes.some(({ op }) => op === 'swish' || op === 'sigmoid' || op === 'mul')).toBe(false);
  });
});
