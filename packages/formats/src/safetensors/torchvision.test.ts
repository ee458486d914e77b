import { initializeWeights } from '@sepconv/graph';
import { mobileNetV1, mobileNetV2, mobileNetV3Large, mobileNetV3Small } from '@sepconv/mobilenet';
import { describe, expect, test } from 'vitest';
import { fromTorchvision, torchvisionParameters, toTorchvision } from '../safetensors.js';

const variant = 'torchvision';

describe('keys and shapes are those of torchvision’s state dicts', () => {
  // Entries of `state_dict()`, a `num_batches_tracked` for each BatchNorm included, and `num_params` of its weights.
  test.each([
    ['V2', mobileNetV2({ variant }), 314, 3_504_872],
    ['V3 Large', mobileNetV3Large({ variant }), 312, 5_483_032],
    ['V3 Small', mobileNetV3Small({ variant }), 244, 2_542_856],
  ])('%s, in number', (_, graph, entries, parameters) => {
    const mapped = [...torchvisionParameters(graph).values()];
    expect(new Set(mapped.map(({ key }) => key)).size).toBe(mapped.length);
    const norms = mapped.filter(({ key }) => key.endsWith('running_var')).length;
    expect(mapped.length + norms).toBe(entries);
    const trained = mapped.filter(({ key }) => !key.includes('running_'));
    const count = trained.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(count).toBe(parameters);
  });

  test.each([
    [
      'V2',
      mobileNetV2({ variant }),
      [
        ['features.0.0.weight', [32, 3, 3, 3]],
        ['features.0.1.running_mean', [32]],
        ['features.1.conv.0.0.weight', [32, 1, 3, 3]],
        ['features.1.conv.0.1.bias', [32]],
        ['features.1.conv.1.weight', [16, 32, 1, 1]],
        ['features.1.conv.2.running_var', [16]],
        ['features.2.conv.0.0.weight', [96, 16, 1, 1]],
        ['features.2.conv.1.0.weight', [96, 1, 3, 3]],
        ['features.17.conv.2.weight', [320, 960, 1, 1]],
        ['features.17.conv.3.weight', [320]],
        ['features.18.0.weight', [1280, 320, 1, 1]],
        ['classifier.1.weight', [1000, 1280]],
        ['classifier.1.bias', [1000]],
      ],
    ],
    [
      'V3 Large',
      mobileNetV3Large({ variant }),
      [
        ['features.0.0.weight', [16, 3, 3, 3]],
        ['features.1.block.0.0.weight', [16, 1, 3, 3]],
        ['features.1.block.1.0.weight', [16, 16, 1, 1]],
        ['features.4.block.1.0.weight', [72, 1, 5, 5]],
        ['features.4.block.2.fc1.weight', [24, 72, 1, 1]],
        ['features.4.block.2.fc2.bias', [72]],
        ['features.4.block.3.0.weight', [40, 72, 1, 1]],
        ['features.16.0.weight', [960, 160, 1, 1]],
        ['classifier.0.weight', [1280, 960]],
        ['classifier.3.weight', [1000, 1280]],
      ],
    ],
    [
      'V3 Small',
      mobileNetV3Small({ variant }),
      [
        ['features.1.block.0.0.weight', [16, 1, 3, 3]],
        ['features.1.block.1.fc1.weight', [8, 16, 1, 1]],
        ['features.12.0.weight', [576, 96, 1, 1]],
        ['classifier.0.weight', [1024, 576]],
      ],
    ],
  ] as const)('%s, one by one', (_, graph, expected) => {
    const shapes = new Map([...torchvisionParameters(graph).values()].map(({ key, shape }) => [key, shape]));
    for (const [key, shape] of expected) expect([key, shapes.get(key)]).toEqual([key, shape]);
  });
});

test('weights go out and come back bit for bit, and each number stands where PyTorch reads it', () => {
  const graph = mobileNetV2({ variant, width: 0.35, classes: 10 });
  const weights = initializeWeights(graph, 3);
  const there = toTorchvision(graph, weights);
  expect(new Map([...fromTorchvision(graph, there)].map(([name, { data }]) => [name, data]))).toEqual(
    new Map([...weights].map(([name, { data }]) => [name, data])),
  );
  const ours = weights.get('stem/conv/weight');
  const theirs = there.get('features.0.0.weight');
  const [, , inputs = 0, outputs = 0] = ours?.shape ?? [];
  // [row 2, column 1, input 1, output 5] here is [output 5, input 1, row 2, column 1] there.
  const here = ((2 * 3 + 1) * inputs + 1) * outputs + 5;
  expect(theirs?.data[(5 * inputs + 1) * 9 + 2 * 3 + 1]).toBe(ours?.data[here]);
});

test('what is missing, misshapen or another network is refused by name', () => {
  const graph = mobileNetV2({ variant, width: 0.35, classes: 10 });
  const there = toTorchvision(graph, initializeWeights(graph, 3));
  expect(() => fromTorchvision(mobileNetV2({ variant, width: 0.35 }), there)).toThrow(
    /"classifier.1.weight" has the shape 10×1280, but .* needs 1000×1280/,
  );
  there.delete('features.0.0.weight');
  expect(() => fromTorchvision(graph, there)).toThrow('"features.0.0.weight" is missing');
  expect(() => torchvisionParameters(mobileNetV1({}))).toThrow(/is none of torchvision's MobileNets/);
});
