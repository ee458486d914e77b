import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { fuzzRuns } from '../../../test/fuzz.js';
import { fuzzBytes } from '../../../test/mutate.js';
import { inspectTflite, readTflite } from '../../../test/read-now.js';
import { customOptions, type TestModel, type TestOperator, tfliteFile } from '../../../test/tflite-file.js';

const said = {
  ...{ left_rotation_idx: 2, right_rotation_idx: 7, subset_idxs: [0, 3, 2, 9, 5, 1] },
  ...{ output_height: 6, output_width: 8, scale_x: 1.51, scale_y: 1.26, target_rotation_radians: 0.3 },
};
const custom = (customCode: string, inputs: number[], output: number, options = {}): TestOperator => ({
  ...{ code: 32, version: 2, customCode, inputs, outputs: [output] },
  customOptions: customOptions(options),
});

/** Landmarks, an image, and points: the matrix, the part of the image, and the points moved. */
const model: TestModel = {
  tensors: [
    [1, 10, 3],
    [1, 4, 4],
    [1, 9, 7, 4],
    [1, 6, 8, 4],
    [1, 5, 3],
    [1, 5, 3],
  ].map((shape) => ({ shape })),
  operators: [
    custom('Landmarks2TransformMatrix', [0], 1, said),
    custom('TransformTensorBilinear', [2, 1], 3, { output_height: 6, output_width: 8 }),
    custom('TransformLandmarks', [4, 1], 5),
  ],
  inputs: [0, 2, 4],
  outputs: [1, 3, 5],
};

type Matrix = readonly [readonly number[], readonly number[]];

/** The first two rows, by the products of matrices that the kernel makes: shift, turn, scale, shift. */
function cropOf(landmarks: readonly (readonly number[])[]): Matrix {
  const [left, right] = [landmarks[2]!, landmarks[7]!];
  const turn = 0.3 - Math.atan2(right[1]! - left[1]!, right[0]! - left[0]!);
  const rotated = said.subset_idxs
    .map((i) => landmarks[i]!)
    .map(([x = 0, y = 0]) => [
      x * Math.cos(turn) - y * Math.sin(turn),
      x * Math.sin(turn) + y * Math.cos(turn),
    ]);
  const [low, high] = [Math.min, Math.max].map((extreme) =>
    [0, 1].map((axis) => extreme(...rotated.map((point) => point[axis]!))),
  ) as [number[], number[]];
  const [mx, my] = [(low[0]! + high[0]!) / 2, (low[1]! + high[1]!) / 2];
  const [cx, cy] = [mx * Math.cos(-turn) - my * Math.sin(-turn), mx * Math.sin(-turn) + my * Math.cos(-turn)];
  const [sx, sy] = [(1.51 * (high[0]! - low[0]!)) / 8, (1.26 * (high[1]! - low[1]!)) / 6];
  const [a, b, d, e] = [
    Math.cos(-turn) * sx,
    -Math.sin(-turn) * sy,
    Math.sin(-turn) * sx,
    Math.cos(-turn) * sy,
  ] as const;
  return [
    [a, b, 0, a * -4 + b * -3 + cx],
    [d, e, 0, d * -4 + e * -3 + cy],
  ];
}

test("parts of images around landmarks are where the kernels' loops find them", () => {
  const random = createRandom(5);
  const { network, inputs, outputs } = readTflite(tfliteFile(model));
  const tensors = inputs.map(({ shape }) => randomTensor(shape, random, 0.5, 6.5));
  const results = runReference(network, new Map(inputs.map(({ name }, i) => [name, tensors[i]!])));
  const [matrix, part, points] = outputs.map(({ name }) => [...results.get(name)!.data]) as [
    number[],
    number[],
    number[],
  ];
  const rows = (data: ArrayLike<number>, size: number): number[][] =>
    Array.from({ length: data.length / size }, (_, i) => Array.from(data).slice(i * size, (i + 1) * size));
  const [x, y] = cropOf(rows(tensors[0]!.data, 3));
  const close = (found: readonly number[], wanted: readonly number[]): void => {
    expect(found.length).toBe(wanted.length);
    for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 4);
  };
  close(matrix, [...x, ...y, 0, 0, 1, 0, 0, 0, 0, 1]);
  close(
    points,
    rows(tensors[2]!.data, 3).flatMap(([px = 0, py = 0, pz = 0]) => [
      x[0]! * px + x[1]! * py + x[3]!,
      y[0]! * px + y[1]! * py + y[3]!,
      pz,
    ]),
  );
  const image = tensors[1]!.data;
  const pixel = (h: number, w: number, z: number): number =>
    h < 0 || w < 0 || h >= 9 || w >= 7 ? 0 : image[(h * 7 + w) * 4 + z]!;
  const wanted = Array.from({ length: 6 * 8 * 4 }, (_, i) => {
    const [z, column, row] = [i % 4, Math.floor(i / 4) % 8, Math.floor(i / 32)];
    const along = (r: readonly number[]): number =>
      r[0]! * (column + 0.5) + r[1]! * (row + 0.5) + r[3]! - 0.5;
    const [tx, ty] = [along(x), along(y)];
    if (tx < 0 || tx > 6 || ty < 0 || ty > 8) return 0;
    const [fx, fy] = [Math.floor(tx), Math.floor(ty)];
    const mixed = (h: number): number => (1 - (tx - fx)) * pixel(h, fx, z) + (tx - fx) * pixel(h, fx + 1, z);
    return (1 - (ty - fy)) * mixed(fy) + (ty - fy) * mixed(fy + 1);
  });
  expect(wanted.some((value) => value !== 0)).toBe(true);
  close(part, wanted);
});

test('a landmark that is not there is refused', () => {
  const operators = [custom('Landmarks2TransformMatrix', [0], 1, { ...said, left_rotation_idx: 10 })];
  const file = tfliteFile({ ...model, operators, inputs: [0], outputs: [1] });
  expect(() => readTflite(file)).toThrow('names landmarks that 1×10×3 does not have');
});

test('mutants end in a network or a FormatError', () => {
  const read = (bytes: Uint8Array) => readTflite(bytes).network;
  fuzzBytes(tfliteFile(model), Math.ceil(fuzzRuns / 10), read, inspectTflite);
});
