/** @file TFLite operators that are a few ops of the graph, of real numbers, beside LiteRT.js in Chromium. */

import { compile } from '@sepconv/kernels';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, elementCount } from '@sepconv/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTflite } from '../../../packages/formats/test/read-now.js';
import {
  type TestOperator,
  type TestTensor,
  tfliteFile,
} from '../../../packages/formats/test/tflite-file.js';
import { chromiumTitle, hasChromium, type LiteRt, openLiteRt } from '../testing/litert.js';

/** Codes of the operators, and the members of the union of their options. */
const codes = {
  ABS: [101, 78],
  ADD_N: [106, 82],
  ARG_MAX: [56, 40],
  ARG_MIN: [79, 57],
  ATAN2: [156, 0],
  BATCH_MATMUL: [126, 101],
  CAST: [53, 37],
  CEIL: [104, 0],
  COMPLEX_ABS: [135, 0],
  COS: [108, 84],
  CUMSUM: [128, 102],
  DIV: [42, 29],
  EQUAL: [71, 53],
  EXP: [47, 33],
  FLOOR: [8, 0],
  FLOOR_DIV: [90, 65],
  FLOOR_MOD: [95, 72],
  GATHER: [36, 23],
  GATHER_ND: [107, 83],
  GREATER: [61, 44],
  GREATER_EQUAL: [62, 45],
  L2_NORMALIZATION: [11, 12],
  LESS: [58, 41],
  LESS_EQUAL: [63, 46],
  LOCAL_RESPONSE_NORMALIZATION: [13, 13],
  LOG: [73, 0],
  LOGICAL_AND: [86, 62],
  LOGICAL_NOT: [87, 63],
  LOGICAL_OR: [84, 60],
  LOG_SOFTMAX: [50, 36],
  MAXIMUM: [55, 39],
  MEAN: [40, 27],
  MINIMUM: [57, 39],
  MIRROR_PAD: [100, 77],
  NEG: [59, 42],
  IMAG: [133, 0],
  NOT_EQUAL: [72, 54],
  ONE_HOT: [85, 61],
  PACK: [83, 59],
  POW: [78, 56],
  REAL: [134, 0],
  REDUCE_MAX: [82, 27],
  REDUCE_MIN: [89, 27],
  REDUCE_PROD: [81, 27],
  RESHAPE: [22, 17],
  REVERSE_V2: [105, 81],
  RFFT2D: [131, 0],
  ROUND: [116, 0],
  RSQRT: [76, 0],
  SCATTER_ND: [122, 0],
  SELECT: [64, 47],
  SELECT_V2: [123, 98],
  SIGN: [158, 0],
  SIN: [66, 0],
  SPACE_TO_DEPTH: [26, 19],
  SQRT: [75, 0],
  SQUARE: [92, 66],
  SQUARED_DIFFERENCE: [99, 76],
  STRIDED_SLICE: [45, 32],
  SUM: [74, 27],
  TILE: [69, 51],
  UNPACK: [88, 64],
} as const;

type Name = keyof typeof codes;
type Field = NonNullable<TestOperator['options']> extends readonly [number, ...infer Fields] ? Fields : never;

const image = [1, 6, 5, 4];
const ints = (...list: number[]): TestTensor => ({
  shape: [list.length],
  type: 'int32',
  data: Int32Array.from(list),
});
const real = (shape: number[], ...list: number[]): TestTensor => ({ shape, data: Float32Array.from(list) });

/** Appends operators one after the other; `x`, and `z` of the same shape, are what goes in. */
class Draft {
  readonly tensors: TestTensor[] = [{ shape: image }, { shape: image }];
  readonly operators: TestOperator[] = [];

  tensor(tensor: TestTensor): number {
    return this.tensors.push(tensor) - 1;
  }

  add(name: Name, inputs: readonly (number | TestTensor)[], output: TestTensor, ...fields: Field): number {
    const [code, options] = codes[name];
    const indices = inputs.map((input) => (typeof input === 'number' ? input : this.tensor(input)));
    const result = this.tensor(output);
    this.operators.push({
      code,
      inputs: indices,
      outputs: [result],
      ...(options !== 0 && { options: [options, ...fields] as never }),
    });
    return result;
  }

  /** A truth or a whole number as a real one. */
  cast(from: number): number {
    return this.add('CAST', [from], { shape: this.tensors[from]?.shape ?? [] });
  }

  file(output: number): Uint8Array {
    return tfliteFile({
      tensors: this.tensors,
      operators: this.operators,
      inputs: this.operators.some(({ inputs }) => inputs.includes(1)) ? [0, 1] : [0],
      outputs: [output],
    });
  }
}

const one =
  (name: Name, shape: number[], operands: readonly TestTensor[] = [], ...fields: Field) =>
  (d: Draft): number =>
    d.add(name, [0, ...operands], { shape }, ...fields);
const two =
  (name: Name) =>
  (d: Draft): number =>
    d.add(name, [0, 1], { shape: image });
const positive =
  (name: Name) =>
  (d: Draft): number =>
    d.add(name, [d.add('EXP', [0], { shape: image })], { shape: image });
const whole = (d: Draft, from: number): number => d.add('FLOOR', [from], { shape: image });
const truth = { shape: image, type: 'bool' } as const;
const compared =
  (name: Name) =>
  (d: Draft): number =>
    d.cast(d.add(name, [whole(d, 0), whole(d, 1)], truth));
const logic =
  (name: Name) =>
  (d: Draft): number => {
    const [a, b] = [0, 1].map((from) => d.add('LESS', [from, real([1], 0)], truth)) as [number, number];
    return d.cast(d.add(name, [a, b], truth));
  };
const reduced = (name: Name, shape: number[], axes: number[], keeps: boolean) =>
  one(name, shape, [ints(...axes)], { slot: 0, int8: keeps ? 1 : 0 });
/** The schema's number of int32. */
const toInt32 = { slot: 0, int8: 2 } as const;
const extreme =
  (name: Name, axis: number) =>
  (d: Draft): number => {
    const shape = image.toSpliced(axis, 1);
    return d.cast(d.add(name, [0, ints(axis)], { shape, type: 'int32' }, toInt32));
  };

const rows = (d: Draft): number => d.add('RESHAPE', [0, ints(6, 20)], { shape: [6, 20] });

const models: Readonly<Record<string, (d: Draft) => number>> = {
  ...Object.fromEntries(
    (
      ['ABS', 'CEIL', 'COS', 'SIGN', 'EXP', 'FLOOR', 'LOG_SOFTMAX', 'NEG', 'ROUND', 'SIN', 'SQUARE'] as const
    ).map((name) => [name, one(name, image)]),
  ),
  L2_NORMALIZATION: one('L2_NORMALIZATION', image),
  ...Object.fromEntries((['LOG', 'RSQRT', 'SQRT'] as const).map((name) => [name, positive(name)])),
  ...Object.fromEntries(
    (['DIV', 'MAXIMUM', 'MINIMUM', 'SQUARED_DIFFERENCE'] as const).map((name) => [name, two(name)]),
  ),
  'POW of two values': (d) => d.add('POW', [d.add('EXP', [0], { shape: image }), 1], { shape: image }),
  'DIV by a constant': one('DIV', image, [real([4], 3, -1, 0.5, 7)]),
  'MAXIMUM with different numbers': one('MAXIMUM', image, [real([4], 1, -1, 0.5, 0)]),
  FLOOR_DIV: (d) => d.add('FLOOR_DIV', [0, real([4], 0.5, -0.25, 1, 3)], { shape: image }),
  'FLOOR_MOD of whole numbers': (d) => {
    const scaled = d.add('FLOOR', [d.add('DIV', [0, real([1], 0.03125)], { shape: image })], {
      shape: image,
    });
    return d.add('FLOOR_MOD', [scaled, real([4], 3, -4, 5, -7)], { shape: image });
  },
  'ADD_N of three': (d) => d.add('ADD_N', [0, 1, 0], { shape: image }),
  ...Object.fromEntries(
    (['EQUAL', 'NOT_EQUAL', 'LESS', 'LESS_EQUAL', 'GREATER', 'GREATER_EQUAL'] as const).map((name) => [
      name,
      compared(name),
    ]),
  ),
  LOGICAL_AND: logic('LOGICAL_AND'),
  LOGICAL_OR: logic('LOGICAL_OR'),
  LOGICAL_NOT: (d) => d.cast(d.add('LOGICAL_NOT', [d.add('LESS', [0, 1], truth)], truth)),
  SELECT: (d) => d.add('SELECT', [d.add('LESS', [0, 1], truth), 0, 1], { shape: image }),
  'SELECT_V2 that stretches': (d) => {
    const row = d.add('MEAN', [0, ints(3)], { shape: [1, 6, 5, 1] }, { slot: 0, int8: 1 });
    const condition = d.add('LESS', [row, real([1], 0)], { shape: [1, 6, 5, 1], type: 'bool' });
    return d.add('SELECT_V2', [condition, 0, real([4], 1, 2, 3, 4)], { shape: image });
  },
  ...Object.fromEntries(
    (['SUM', 'MEAN', 'REDUCE_MAX', 'REDUCE_MIN', 'REDUCE_PROD'] as const).flatMap((name) => [
      [`${name} along the channels`, reduced(name, [1, 6, 5], [-1], false)],
      [`${name} along height and width`, reduced(name, [1, 1, 1, 4], [1, 2], true)],
      [`${name} along height and channels`, reduced(name, [1, 5], [1, 3], false)],
    ]),
  ),
  'ARG_MAX along the channels': extreme('ARG_MAX', 3),
  'ARG_MAX along height': extreme('ARG_MAX', 1),
  'ARG_MIN along width': extreme('ARG_MIN', 2),
  'CAST to whole numbers': (d) => {
    const scaled = d.add('DIV', [0, real([1], 0.1)], { shape: image });
    return d.cast(d.add('CAST', [scaled], { shape: image, type: 'int32' }));
  },
  PACK: (d) =>
    d.add('PACK', [0, 1], { shape: [1, 6, 2, 5, 4] }, { slot: 0, int32: 2 }, { slot: 1, int32: 2 }),
  TILE: one('TILE', [2, 6, 15, 8], [ints(2, 1, 3, 2)]),
  'MIRROR_PAD, reflecting': one(
    'MIRROR_PAD',
    [1, 9, 8, 4],
    [{ ...ints(0, 0, 2, 1, 1, 2, 0, 0), shape: [4, 2] }],
  ),
  'MIRROR_PAD, symmetric': one(
    'MIRROR_PAD',
    [1, 9, 8, 6],
    [{ ...ints(0, 0, 2, 1, 1, 2, 2, 0), shape: [4, 2] }],
    { slot: 0, int8: 1 },
  ),
  REVERSE_V2: one('REVERSE_V2', image, [ints(2)]),
  SPACE_TO_DEPTH: (d) => {
    const even = d.add('TILE', [0, ints(1, 1, 2, 1)], { shape: [1, 6, 10, 4] });
    return d.add('SPACE_TO_DEPTH', [even], { shape: [1, 3, 5, 16] }, { slot: 0, int32: 2 });
  },
  'STRIDED_SLICE with masks': one(
    'STRIDED_SLICE',
    [1, 3, 5],
    [ints(0, 5, 0, -1), ints(1, -7, 3, 4), ints(1, -2, 1, 1)],
    { slot: 0, int32: 4 },
    { slot: 1, int32: 4 },
    { slot: 4, int32: 8 },
  ),
  'GATHER at constant positions': one('GATHER', [1, 6, 3, 4], [ints(4, 0, 3)], { slot: 0, int32: 2 }),
  'GATHER at computed positions': (d) => {
    const places = d.add('ARG_MAX', [0, ints(3)], { shape: [1, 6, 5], type: 'int32' }, toInt32);
    const rows = real([4, 2], 1, 2, 3, 4, 5, 6, 7, 8);
    return d.add('GATHER', [rows, places], { shape: [1, 6, 5, 2] }, { slot: 0, int32: 0 });
  },
  GATHER_ND: one('GATHER_ND', [2, 4], [{ ...ints(0, 5, 2, 0, 1, 4), shape: [2, 3] }]),
  ONE_HOT: (d) => {
    const places = d.add('ARG_MAX', [0, ints(3)], { shape: [1, 6, 5], type: 'int32' }, toInt32);
    const depth: TestTensor = { ...ints(4), shape: [] };
    return d.add(
      'ONE_HOT',
      [places, depth, real([], 3), real([], -1)],
      { shape: image },
      { slot: 0, int32: -1 },
    );
  },
  'BATCH_MATMUL of two values': (d) =>
    d.add('BATCH_MATMUL', [0, 1], { shape: [1, 6, 5, 5] }, { slot: 1, int8: 1 }),
  'BATCH_MATMUL by a constant': one('BATCH_MATMUL', [1, 6, 5, 2], [real([4, 2], 1, 2, 3, 4, 5, 6, 7, 8)]),
  ATAN2: two('ATAN2'),
  ...Object.fromEntries(
    [0, 1].flatMap((exclusive) =>
      [0, 1].map((reverse) => [
        `CUMSUM, exclusive ${exclusive}, reverse ${reverse}`,
        (d: Draft): number =>
          d.add(
            'CUMSUM',
            [0, { ...ints(2 - exclusive), shape: [] }],
            { shape: image },
            { slot: 0, int8: exclusive },
            { slot: 1, int8: reverse },
          ),
      ]),
    ),
  ),
  'SCATTER_ND at constant places, twice at one': (d) =>
    d.add('SCATTER_ND', [{ ...ints(3, 0, 3, 7, 2, 5), shape: [6, 1] }, rows(d), ints(8, 20)], {
      shape: [8, 20],
    }),
  'SCATTER_ND at computed places': (d) => {
    const places = d.add('ARG_MAX', [rows(d), ints(1)], { shape: [6], type: 'int32' }, toInt32);
    const column = d.add('RESHAPE', [places, ints(6, 1)], { shape: [6, 1], type: 'int32' });
    return d.add('SCATTER_ND', [column, rows(d), ints(20, 20)], { shape: [20, 20] });
  },
  ...Object.fromEntries(
    (['COMPLEX_ABS', 'REAL', 'IMAG'] as const).flatMap((name) =>
      [16, 32].map((length) => [
        `${name} of RFFT2D of ${length}`,
        (d: Draft): number => {
          const samples = d.add('RESHAPE', [0, ints(6, 1, 20)], { shape: [6, 1, 20] });
          const bins = length / 2 + 1;
          const spectrum = d.add('RFFT2D', [samples, ints(1, length)], {
            shape: [6, 1, bins],
            type: 'complex64',
          });
          return d.add(name, [spectrum], { shape: [6, 1, bins] });
        },
      ]),
    ),
  ),
  LOCAL_RESPONSE_NORMALIZATION: one(
    'LOCAL_RESPONSE_NORMALIZATION',
    image,
    [],
    { slot: 0, int32: 1 },
    { slot: 1, float32: 1.5 },
    { slot: 2, float32: 0.3 },
    { slot: 3, float32: 0.6 },
  ),
};

describe.skipIf(!hasChromium)(`operators of LiteRT.js${chromiumTitle}`, () => {
  let litert: LiteRt;
  beforeAll(async () => {
    litert = await openLiteRt();
  });
  afterAll(() => litert.close());

  test.each(Object.keys(models))('%s', async (name) => {
    const draft = new Draft();
    const file = draft.file(models[name]!(draft));
    const random = createRandom(3);
    const { network } = readTflite(file);
    const inputs = network.graph.inputs.map(({ shape }) =>
      createTensor(
        'float32',
        shape,
        Float32Array.from({ length: elementCount(shape) }, () => 4 * random.next() - 2),
      ),
    );
    const row = inputs.map(({ shape, data }) => ({ dtype: 'float32', shape, data }) as const);
    const [[theirs = []] = []] = await litert.run(file, [row]);
    const given = new Map(network.graph.inputs.map((input, i) => [input.name, inputs[i]!]));
    const [reference] = runReference(network, given).values();
    const session = await compile(network);
    const [engine] = session.run(given).values();
    const scale = Math.max(1, ...theirs.map(Math.abs));
    for (const mine of [reference, engine]) {
      expect(mine?.data.length).toBe(theirs.length);
      const off = Math.max(...theirs.map((value, i) => Math.abs(value - Number(mine?.data[i]))));
      expect(off).toBeLessThanOrEqual(1e-5 * scale);
    }
    session.dispose();
  });
});
