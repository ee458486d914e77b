import { runReference } from '@sepconv/reference';
import { float32Tensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { onnxFile, type TestOnnx } from '../../../test/onnx-file.js';
import { readOnnx } from '../../../test/read-now.js';
import { runOnnx } from '../../../test/run-onnx.js';
import { hasShared, readShared, sharedTitle } from '../../../test/shared-files.js';
import { toFileLayout, toGraphLayout } from '../../file-layout.js';

const pad = (mode: string, dims: number[], ...pads: number[]): TestOnnx => ({
  nodes: [{ op: 'Pad', inputs: ['x', 'pads'], outputs: ['y'], attributes: { mode } }],
  initializers: { pads: { dims: [pads.length], ints: pads } },
  inputs: { x: dims },
  outputs: ['y'],
});
const row = (mode: string, before: number, after: number): number[] => [
  ...runOnnx(pad(mode, [1, 3], 0, before, 0, after), { x: [1, 2, 3] }).data,
];

// As onnxruntime: what is negative is cut off first.
describe('Pad by negative amounts', () => {
  test.each([
    ['constant', -1, -1, [2]],
    ['constant', -1, 2, [2, 3, 0, 0]],
    ['constant', 1, -2, [0, 1]],
    ['edge', -1, 2, [2, 3, 3, 3]],
    ['reflect', 0, -1, [1, 2]],
    ['reflect', -1, 1, [2, 3, 2]],
  ] as const)('%s, %i before and %i after', (mode, before, after, wanted) => {
    expect(row(mode, before, after)).toEqual([...wanted]);
  });

  const path = 'cases/round-2/networks/pad-negative.onnx';
  test.runIf(hasShared(path))(sharedTitle('a file that crops', path), () => {
    const { network, inputs, outputs } = readOnnx(readShared(path));
    const dims = [1, 2, 6, 6];
    const image = toGraphLayout(
      float32Tensor(
        dims,
        Array.from({ length: 72 }, (_, i) => i + 1),
      ),
      inputs[0]!,
    );
    const [output] = runReference(network, new Map([['x', image]])).values();
    // One row less above and two below; one column more on the left, and the last one away.
    const wanted = [0, 36].flatMap((channel) =>
      [1, 2, 3].flatMap((row) => [0, ...[1, 2, 3, 4, 5].map((column) => channel + 6 * row + column)]),
    );
    const { shape, data } = toFileLayout(output as Tensor<'float32'>, outputs[0]!);
    expect(shape).toEqual([1, 2, 3, 6]);
    expect([...data]).toEqual(wanted);
  });

  test('that leave nothing is refused', () => {
    expect(() => readOnnx(onnxFile(pad('constant', [1, 3], 0, -2, 0, -1)))).toThrow(
      'cuts 2 and 1 off 3 elements, which leaves none',
    );
  });
});

// As numpy.pad, whose modes ONNX's are.
describe('Pad', () => {
  test('with the outermost elements', () => {
    expect(row('edge', 2, 4)).toEqual([1, 1, 1, 2, 3, 3, 3, 3, 3]);
  });

  test('with what lies inside, mirrored about the ends', () => {
    expect(row('reflect', 2, 1)).toEqual([3, 2, 1, 2, 3, 2]);
    expect(row('reflect', 0, 2)).toEqual([1, 2, 3, 2, 1]);
  });

  test('with what lies at the other end', () => {
    expect(row('wrap', 2, 1)).toEqual([2, 3, 1, 2, 3, 1]);
    expect(row('wrap', 3, 0)).toEqual([1, 2, 3, 1, 2, 3]);
  });

  test('of an image, in both directions', () => {
    const image = { x: [1, 2, 3, 4] };
    const result = runOnnx(pad('reflect', [1, 1, 2, 2], 0, 0, 1, 1, 0, 0, 0, 1), image);
    expect([...result.data]).toEqual([4, 3, 4, 3, 2, 1, 2, 1, 4, 3, 4, 3]);
  });

  test('is refused where there is not enough inside, or the mode is none', () => {
    expect(() => readOnnx(onnxFile(pad('reflect', [1, 3], 0, 3, 0, 0)))).toThrow(
      'continues 3 elements by 3 and 0 in the mode reflect, which has only 2',
    );
    expect(() => readOnnx(onnxFile(pad('symmetric', [1, 3], 0, 1, 0, 0)))).toThrow('pads by "symmetric"');
  });
});
