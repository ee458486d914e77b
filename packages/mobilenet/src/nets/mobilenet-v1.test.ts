import { describe, expect, test } from 'vitest';
import { NetworkError } from '../errors.js';
import { blockShapes, parameterCounts } from '../testing/facts.js';
import { absent, derived } from '../testing/ground-truth.js';
import { mobileNetV1 } from './mobilenet-v1.js';

describe('MobileNetV1', () => {
  test('has the stages of table 1 of the paper', () => {
    expect(blockShapes(mobileNetV1())).toEqual([
      ['stem', [1, 112, 112, 32]],
      ['block_1', [1, 112, 112, 64]],
      ['block_2', [1, 56, 56, 128]],
      ['block_3', [1, 56, 56, 128]],
      ['block_4', [1, 28, 28, 256]],
      ['block_5', [1, 28, 28, 256]],
      ['block_6', [1, 14, 14, 512]],
      ['block_7', [1, 14, 14, 512]],
      ['block_8', [1, 14, 14, 512]],
      ['block_9', [1, 14, 14, 512]],
      ['block_10', [1, 14, 14, 512]],
      ['block_11', [1, 14, 14, 512]],
      ['block_12', [1, 7, 7, 1024]],
      ['block_13', [1, 7, 7, 1024]],
      ['head', [1, 1000]],
    ]);
  });

  test('names its nodes so that a table of them reads well', () => {
    const names = mobileNetV1().nodes.map(({ name }) => name);
    expect(names.slice(0, 9)).toEqual([
      'stem/conv',
      'stem/conv-norm',
      'stem/conv-relu6',
      'block_1/depthwise',
      'block_1/depthwise-norm',
      'block_1/depthwise-relu6',
      'block_1/pointwise',
      'block_1/pointwise-norm',
      'block_1/pointwise-relu6',
    ]);
    expect(names.slice(-4)).toEqual(['head/pool', 'head/logits/flatten', 'head/logits', 'head/softmax']);
  });

  test.each([
    ['width 1', {}, 4_231_976, 4_253_864],
    // Two moving statistics for each of the 5984 channels that stem and blocks put out.
    ['standard convolutions', { separable: false }, 29_294_088, 29_294_088 + 2 * 5984],
    ['shallow', { shallow: true }, 2_887_976, undefined],
    // Keras's "Total params" of mobilenet_2_5_224 and its siblings.
    ['width 0.25', { width: 0.25 }, 470_072, 475_544],
    ['width 0.5', { width: 0.5 }, 1_331_592, 1_342_536],
    ['width 0.75', { width: 0.75 }, 2_585_560, 2_601_976],
  ])('counts its parameters: %s', (_, options, trainable, total) => {
    const counts = parameterCounts(mobileNetV1(options));
    expect(counts.trainable).toBe(trainable);
    if (total !== undefined) expect(counts.total).toBe(total);
  });

  test('agrees with every derived count of parameters', ({ skip }) => {
    if (derived === undefined) return skip(absent);
    const rows = Object.entries(derived).flatMap(([name, row]) => {
      const [, width, resolution] = /^mobilenet_v1_([\d.]+)_(\d+)$/.exec(name) ?? [];
      return width === undefined ? [] : [{ width: Number(width), resolution: Number(resolution), row }];
    });
    expect(rows).toHaveLength(16);
    for (const { width, resolution, row } of rows) {
      expect(parameterCounts(mobileNetV1({ width, resolution })).trainable).toBe(row.params_trainable);
    }
  });

  test('takes every resolution: halves go up', () => {
    const last = (resolution: number) => blockShapes(mobileNetV1({ resolution })).at(-2)?.[1];
    expect(last(32)).toEqual([1, 1, 1, 1024]);
    expect(last(33)).toEqual([1, 2, 2, 1024]);
    expect(last(225)).toEqual([1, 8, 8, 1024]);
    expect(last(1)).toEqual([1, 1, 1, 1024]);
  });

  test('takes odd widths, class counts and batches', () => {
    const graph = mobileNetV1({ width: 0.33, classes: 3, batch: 4, resolution: 64 });
    expect(blockShapes(graph).at(0)).toEqual(['stem', [4, 32, 32, 10]]);
    expect(blockShapes(graph).at(-1)).toEqual(['head', [4, 3]]);
    expect(
      blockShapes(mobileNetV1({ width: 0.001 }))
        .at(0)?.[1]
        .at(-1),
    ).toBe(1);
  });

  test('is named after what it is', () => {
    expect(mobileNetV1().name).toBe('mobilenet-v1_1.0_224');
    expect(mobileNetV1({ separable: false, width: 0.25 }).name).toBe('mobilenet-v1-standard_0.25_224');
  });

  test('is plain data: through JSON and back it is the same', () => {
    const graph = mobileNetV1({ width: 0.25 });
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
  });

  test.each([
    ['width', 0, 'a finite number above 0'],
    ['width', Number.NaN, 'a finite number above 0'],
    ['width', Infinity, 'a finite number above 0'],
    ['width', '1', 'a finite number above 0'],
    ['resolution', 1.5, 'an integer of at least 1'],
    ['resolution', 0, 'an integer of at least 1'],
    ['classes', -10, 'an integer of at least 1'],
    ['batch', 2 ** 60, 'an integer of at least 1'],
    ['separable', 'no', 'true or false'],
  ])('refuses %s = %s and says what it may be', (name, value, allowed) => {
    const build = () => mobileNetV1({ [name]: value });
    expect(build).toThrow(NetworkError);
    expect(build).toThrow(`mobilenet-v1: ${name} must be ${allowed}, not `);
  });

  test('refuses an option that it does not have and suggests the nearest', () => {
    expect(() => mobileNetV1({ widht: 1 } as object)).toThrow(
      'mobilenet-v1 has no option "widht". Did you mean "width"? It has width, resolution, classes, batch, separable, shallow.',
    );
  });
});
