import { expect, test } from 'vitest';
import { blockShapes, parameterCounts, shapeOf } from '../testing/facts.js';
import { mnasNet } from './mnasnet.js';

test('MnasNet has 17 blocks in seven stages', () => {
  expect(blockShapes(mnasNet()).map(([, shape]) => shape.slice(2))).toEqual([
    [112, 32],
    [112, 16],
    ...Array.from({ length: 3 }, () => [56, 24]),
    ...Array.from({ length: 3 }, () => [28, 40]),
    ...Array.from({ length: 3 }, () => [14, 80]),
    ...Array.from({ length: 2 }, () => [14, 96]),
    ...Array.from({ length: 4 }, () => [7, 192]),
    [7, 320],
    [],
  ]);
});

// `num_params` of torchvision's weights.
test.each([
  [0.5, 2_218_512],
  [0.75, 3_170_208],
  [1, 4_383_312],
  [1.3, 6_282_256],
])('MnasNet at width %d has as many parameters as torchvision says', (width, trainable) => {
  expect(parameterCounts(mnasNet({ width })).trainable).toBe(trainable);
});

test('MnasNet keeps the last 1280 channels at every width', () => {
  for (const width of [0.35, 2]) expect(shapeOf(mnasNet({ width }), 'head/conv')?.at(-1)).toBe(1280);
});

test('MnasNet does not add around its first block, even where its channels would allow it', () => {
  const added = mnasNet({ width: 0.25 }).nodes.filter(({ op }) => op === 'add');
  expect(shapeOf(mnasNet({ width: 0.25 }), 'block_1/project')).toEqual(
    shapeOf(mnasNet({ width: 0.25 }), 'stem/conv'),
  );
  expect(added.map(({ name }) => name)).not.toContain('block_1/add');
});
