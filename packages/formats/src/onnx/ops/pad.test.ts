import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { onnxFile, type TestOnnx } from '../../../test/onnx-file.js';
import { runOnnx } from '../../../test/run-onnx.js';
import { hasShared, readShared, sharedTitle } from '../../../test/shared-files.js';
import { readOnnx } from '../../onnx.js';

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
    const { network } = readOnnx(readShared(path));
    const [input] = network.graph.inputs;
    const image = randomTensor(input!.shape, createRandom(1));
    const [output] = runReference(network, new Map([[input!.name, image]])).values();
    expect(network.graph.nodes.map(({ op }) => op)).toContain('slice');
    expect(output!.data.every(Number.isFinite)).toBe(true);
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
