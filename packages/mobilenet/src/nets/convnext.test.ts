import { describe, expect, test } from 'vitest';
import { NetworkError } from '../errors.js';
import { blockShapes, parameterCounts } from '../testing/facts.js';
import { convNextAtto, convNextTiny } from './convnext.js';

describe('ConvNeXt', () => {
  test('Tiny has the stages of table 9 of the paper', () => {
    expect(blockShapes(convNextTiny()).map(([, shape]) => shape.slice(2))).toEqual([
      [56, 96],
      ...Array.from({ length: 3 }, () => [56, 96]),
      ...Array.from({ length: 1 + 3 }, () => [28, 192]),
      ...Array.from({ length: 1 + 9 }, () => [14, 384]),
      ...Array.from({ length: 1 + 3 }, () => [7, 768]),
      [],
    ]);
  });

  test('Tiny has as many parameters as torchvision says, all of them trained', () => {
    expect(parameterCounts(convNextTiny())).toEqual({ trainable: 28_589_128, total: 28_589_128 });
  });

  test('Atto has the 3.70 million parameters that timm says', () => {
    expect(parameterCounts(convNextAtto()).trainable).toBe(3_695_520);
  });

  test('scales before it adds', () => {
    const { nodes } = convNextAtto();
    const add = nodes.find(({ name }) => name === 'block_2/add');
    expect(add?.inputs).toEqual(['block_2/scale', 'block_1/add']);
  });

  test('needs 32 pixels', () => {
    expect(blockShapes(convNextAtto({ resolution: 32 })).at(-2)).toEqual(['block_12', [1, 1, 1, 320]]);
    expect(() => convNextAtto({ resolution: 31 })).toThrow(NetworkError);
  });
});
