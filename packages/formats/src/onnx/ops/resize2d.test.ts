import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { onnxFile, type TestNode, type TestOnnx, type TestTensor } from '../../../test/onnx-file.js';
import { readOnnx } from '../../../test/read-now.js';
import { onnxOps, runOnnx } from '../../../test/run-onnx.js';

const floats = (...values: number[]): TestTensor => ({ dims: [values.length], floats: values });
const ints = (...values: number[]): TestTensor => ({ dims: [values.length], ints: values });

interface Options {
  readonly attributes?: NonNullable<TestNode['attributes']>;
  readonly roi?: TestTensor;
  readonly scales?: TestTensor;
  readonly sizes?: TestTensor;
  readonly opset?: number;
}

function resize(dims: number[], { attributes = {}, opset = 19, ...given }: Options): TestOnnx {
  const inputs = (['roi', 'scales', 'sizes'] as const).map((name) => (given[name] === undefined ? '' : name));
  while (inputs.at(-1) === '') inputs.pop();
  return {
    opset,
    nodes: [{ op: 'Resize', inputs: ['x', ...inputs], outputs: ['y'], attributes }],
    initializers: Object.fromEntries(
      Object.entries(given).flatMap(([name, tensor]) => (tensor === undefined ? [] : [[name, tensor]])),
    ),
    inputs: { x: dims },
    outputs: ['y'],
  };
}

const run = (model: TestOnnx, ...x: number[]): number[] => [...runOnnx(model, { x }).data];

describe('Resize', () => {
  test('by scales or to sizes, of an image or a signal', () => {
    const signal = resize([1, 2, 2], { scales: floats(1, 1, 2), attributes: { mode: 'linear' } });
    expect(runOnnx(signal, { x: [0, 8, 1, 9] })).toEqual(float32Tensor([1, 2, 4], [0, 2, 6, 8, 1, 3, 7, 9]));
    const image = resize([1, 1, 2, 2], { sizes: ints(1, 1, 4, 2) });
    expect(run(image, 1, 2, 3, 4)).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
    expect(onnxOps(image)).toEqual(['resize2d']);
  });

  // Sizes that onnxruntime 1.30 gives, which multiplies in float32: in doubles 0.7 · 10 is a little less than 7.
  test.each([
    [0.7, 10, 7],
    [0.29, 100, 29],
    [0.58, 50, 29],
    [1.15, 20, 23],
    [2.3, 10, 23],
    [0.9, 10, 9],
    [1.4, 5, 7],
    [1.001, 1000, 1001],
    [4.35, 100, 435],
    [1 / 49, 49, 1],
    [0.55, 20, 11],
    [2 / 3, 3, 2],
  ])('by %d, %i pixels are %i', (scale, before, after) => {
    for (const opset of [10, 19]) {
      const inputs = opset === 10 ? ['x', 'scales'] : ['x', '', 'scales'];
      const model = {
        ...resize([1, 1, 1, before], { scales: floats(1, 1, 1, scale), opset }),
        nodes: [{ op: 'Resize', inputs, outputs: ['y'] }],
      };
      expect(runOnnx(model, { x: new Float32Array(before) }).shape).toEqual([1, 1, 1, after]);
    }
  });

  test('of any other dimension, one after the other', () => {
    const model = resize([2, 2], { scales: floats(2, 1.5), attributes: { nearest_mode: 'floor' } });
    // Columns are looked up at −⅙, ½ and 1⅙.
    expect(runOnnx(model, { x: [1, 2, 3, 4] })).toEqual(
      float32Tensor([4, 3], [1, 1, 2, 1, 1, 2, 1, 1, 2, 3, 3, 4]),
    );
  });

  test('of the named axes only, keeping the ratio of the sides', () => {
    const axes = { axes: [3, 2] };
    const sized = (policy: string) =>
      runOnnx(
        resize([1, 1, 2, 4], {
          sizes: ints(12, 4),
          attributes: { ...axes, keep_aspect_ratio_policy: policy },
        }),
        { x: [1, 2, 3, 4, 5, 6, 7, 8] },
      ).shape;
    expect(sized('stretch')).toEqual([1, 1, 4, 12]);
    expect(sized('not_larger')).toEqual([1, 1, 4, 8]);
    expect(sized('not_smaller')).toEqual([1, 1, 6, 12]);
  });

  test('of a part of the image, with a number for what lies outside', () => {
    const model = resize([1, 1, 1, 3], {
      roi: floats(0, 0, 0, -0.5, 1, 1, 1, 1.5),
      sizes: ints(1, 1, 1, 5),
      attributes: {
        mode: 'linear',
        coordinate_transformation_mode: 'tf_crop_and_resize',
        extrapolation_value: { float: 10 },
      },
    });
    // Looked up at −1, 0, 1, 2 and 3.
    expect(run(model, 5, 6, 7)).toEqual([10, 5, 6, 7, 10]);
    expect(onnxOps(model)).toEqual(['resize2d', 'pad']);
  });

  test('in operator set 10 and as Upsample: the pixel before', () => {
    const old = { ...resize([1, 1, 1, 2], {}), opset: 10, initializers: { s: floats(1, 1, 1, 1.5) } };
    const nodes = [{ op: 'Resize', inputs: ['x', 's'], outputs: ['y'] }];
    expect(run({ ...old, nodes }, 1, 2)).toEqual([1, 1, 2]);
    const upsample = [{ op: 'Upsample', inputs: ['x', 's'], outputs: ['y'], attributes: { mode: 'linear' } }];
    expect(run({ ...old, opset: 9, nodes: upsample }, 1, 4)).toEqual([1, 3, 4]);
    const oldest = [
      { op: 'Upsample', inputs: ['x'], outputs: ['y'], attributes: { scales: { floats: [1, 1, 2, 1] } } },
    ];
    expect(run({ ...old, opset: 7, initializers: {}, nodes: oldest }, 1, 2)).toEqual([1, 2, 1, 2]);
  });

  test('that changes nothing is nothing', () => {
    const same = resize([1, 1, 2, 2], { sizes: ints(1, 1, 2, 2) });
    expect(run(same, 1, 2, 3, 4)).toEqual([1, 2, 3, 4]);
  });

  test.each<[string, Options]>([
    ['has neither scales nor sizes', {}],
    ['has 2 sizes for 4 dimensions', { sizes: ints(2, 2) }],
    ['resizes 2 to 0 pixels; at least 1 is needed', { scales: floats(1, 1, 0.25, 1) }],
    ['resizes 2 to NaN pixels', { scales: floats(1, 1, Number.NaN, 1) }],
    ['the output has the shape 1×1×2000000000×2000000000', { scales: floats(1, 1, 1e9, 1e9) }],
    ['mode must be one of nearest, linear,', { attributes: { mode: 'area' }, sizes: ints(1, 1, 4, 4) }],
    [
      'needs a region of interest (roi)',
      { attributes: { coordinate_transformation_mode: 'tf_crop_and_resize' }, sizes: ints(1, 1, 4, 4) },
    ],
    [
      'its region of interest lies outside of the image',
      {
        attributes: { coordinate_transformation_mode: 'tf_crop_and_resize' },
        roi: floats(0, 0, 3, 0, 1, 1, 4, 1),
        sizes: ints(1, 1, 4, 4),
      },
    ],
  ])('is refused where it %s', (message, options) => {
    expect(() => readOnnx(onnxFile(resize([1, 1, 2, 2], options)))).toThrow(message);
  });
});
