/** @file What the draws of one-operator TFLite files share: bytes of drawn scale and zero point. */
import type { Random } from '@sepconv/tensor';
import { oneOperator } from '../../../../packages/formats/test/run-tflite.js';
import type {
  TestField,
  TestModel,
  TestOperator,
  TestTensor,
} from '../../../../packages/formats/test/tflite-file.js';

export type ByteType = 'int8' | 'uint8';

/** Draws files of one operator whose values are of one type. */
export class Draw {
  readonly random: Random;
  readonly type: ByteType;

  constructor(random: Random, type: ByteType) {
    this.random = random;
    this.type = type;
  }

  /** An integer from `low` to `high`. */
  integer(low: number, high: number): number {
    return low + this.random.integer(high - low + 1);
  }

  pick<T>(...choices: readonly T[]): T {
    return choices[this.random.integer(choices.length)] as T;
  }

  /** A scale from 2⁻⁸ to 2⁻³. */
  scale(): number {
    return Math.fround(2 ** (-8 + 5 * this.random.next()));
  }

  /** About `scale`: a factor with which a result uses most of its type. */
  near(scale: number): number {
    return Math.fround(scale * (0.5 + this.random.next()));
  }

  /** A zero point: mostly any, sometimes an end of the type. */
  zeroPoint(): number {
    const low = this.type === 'int8' ? -128 : 0;
    return low + this.pick(0, 255, 128, this.random.integer(256), this.random.integer(256));
  }

  /** A value of bytes. */
  bytes(shape: readonly number[], scale = this.scale(), zeroPoint = this.zeroPoint()): TestTensor {
    return { shape, type: this.type, scale: [Math.fround(scale)], zeroPoint: [zeroPoint] };
  }

  /** The other type's value that stands for the same numbers. */
  flipped({ zeroPoint = [0], ...tensor }: TestTensor): TestTensor {
    const [type, by] = this.type === 'int8' ? (['uint8', 128] as const) : (['int8', -128] as const);
    return { ...tensor, type, zeroPoint: zeroPoint.map((zero) => zero + by) };
  }

  /** A value with drawn integers of its type in it. */
  filled(tensor: TestTensor, low = -128): TestTensor {
    const count = tensor.shape.reduce((a, b) => a * b, 1);
    const drawn = Array.from({ length: count }, () => this.integer(low, 127));
    const data =
      tensor.type === 'int8' ? Int8Array.from(drawn) : Uint8Array.from(drawn, (value) => value + 128);
    return { ...tensor, data };
  }

  /** `[1, H, W, C]` of any small image. */
  image(channels = this.pick(1, 3, 4, 8, 13, 17)): number[] {
    return [this.pick(1, 1, 2), this.integer(3, 11), this.integer(3, 11), channels];
  }

  /** A shape of 256 elements, which an input of every byte fills. */
  everyByte(): number[] {
    return this.pick([256], [1, 4, 8, 8], [1, 16, 16, 1], [2, 128]);
  }

  /** A real number of an input: any, or one of a grid, as pixels are, whose quotients by a scale may be ties. */
  real(): number {
    return this.pick(
      3 * this.random.next() - 1.5,
      this.integer(-255, 255) / 255,
      this.integer(0, 255) / 127.5 - 1,
      this.integer(-300, 300) / 128,
    );
  }

  /** Bytes of an input: every one of them where there are 256, else any and often the ends. */
  input({ shape, type }: TestTensor): Int8Array | Uint8Array {
    const length = shape.reduce((a, b) => a * b, 1);
    const start = this.random.integer(256);
    const bytes = Uint8Array.from({ length }, (_, i) =>
      length === 256
        ? start + 77 * i
        : this.pick(0, 255, 128, ...Array.from({ length: 4 }, () => this.random.integer(256))),
    );
    return type === 'int8' ? Int8Array.from(bytes) : bytes;
  }
}

export const int32s = (
  values: readonly number[],
  shape: readonly number[] = [values.length],
): TestTensor => ({
  shape,
  type: 'int32',
  data: Int32Array.from(values),
});

export type DrawnOperator = (draw: Draw) => TestModel;

/** An operator by its number in the schema, with the fields of its options. */
export const operator = (
  code: number,
  optionsType = 0,
  ...fields: readonly TestField[]
): Pick<TestOperator, 'code' | 'options'> => ({
  code,
  ...(optionsType > 0 && { options: [optionsType, ...fields] }),
});

export const model = (
  op: Pick<TestOperator, 'code' | 'options'>,
  ...tensors: readonly TestTensor[]
): TestModel => oneOperator(op, ...tensors);

export const activations = [0, 0, 1, 2, 3] as const;
