/** @file Operators on bytes one by one, and on two of them. */
import type { TestTensor } from '../../../../packages/formats/test/tflite-file.js';
import { activations, type Draw, type DrawnOperator, model, operator } from './draw.js';

const unary =
  (code: number, ratio: (draw: Draw) => number = (draw) => draw.near(1)): DrawnOperator =>
  (draw) => {
    const scale = draw.scale();
    const shape = draw.everyByte();
    return model(operator(code), draw.bytes(shape, scale), draw.bytes(shape, scale * ratio(draw)));
  };

/** A function whose results have the scale and the zero point that the runtime asks for. */
const fixed =
  (code: number, scale: number, zeroPoint: Readonly<Record<'int8' | 'uint8', number>>): DrawnOperator =>
  (draw) => {
    const shape = draw.everyByte();
    return model(
      operator(code),
      draw.bytes(shape, 2 * draw.scale()),
      draw.bytes(shape, scale, zeroPoint[draw.type]),
    );
  };

/** Rows of 1 to 1001 numbers, whose exponentials fall fast or slowly. */
const softmax =
  (stored: (draw: Draw, shape: readonly number[]) => TestTensor): DrawnOperator =>
  (draw) => {
    const size = draw.pick(1, 2, 3, 10, 21, 256, 1001, draw.integer(1, 300));
    const shape = draw.pick([size], [1, size], [draw.integer(1, 5), size], [1, 3, 2, size]);
    const beta = { slot: 0, float32: draw.pick(1, 1, 1, 0.5, 0.1, 2.7) };
    const input = draw.bytes(shape, draw.scale() * draw.pick(0.25, 1, 1, 4));
    return model(operator(25, 9, beta), input, stored(draw, shape));
  };

/** Operators on one byte, and which types the runtime takes. */
export const unaryOperators: Readonly<Record<string, DrawnOperator>> = {
  ELU: unary(111),
  GELU: (draw) => {
    const scale = draw.scale();
    const shape = draw.everyByte();
    const approximate = { slot: 0, int8: draw.integer(0, 1) };
    return model(
      operator(150, 116, approximate),
      draw.bytes(shape, scale),
      draw.bytes(shape, draw.near(scale)),
    );
  },
  HARD_SWISH: unary(117),
  LEAKY_RELU: (draw) => {
    const scale = draw.scale();
    const shape = draw.everyByte();
    const alpha = { slot: 0, float32: draw.pick(0.01, 0.1, 0.2, 0.3, 0.001, -0.25, 1.5) };
    return model(operator(98, 75, alpha), draw.bytes(shape, scale), draw.bytes(shape, draw.near(scale)));
  },
  LOGISTIC: fixed(14, 1 / 256, { int8: -128, uint8: 0 }),
  'LOGISTIC of another scale': fixed(14, 1 / 200, { int8: -120, uint8: 3 }),
  'QUANTIZE to another scale': unary(114, (draw) => draw.pick(draw.near(1), 100, 0.01, 300, 0.001)),
  'QUANTIZE to the other type': (draw) => {
    const scale = draw.scale();
    const shape = draw.everyByte();
    const ratio = draw.pick(1, draw.near(1), 100, 0.01);
    return model(operator(114), draw.bytes(shape, scale), draw.flipped(draw.bytes(shape, scale * ratio)));
  },
  'QUANTIZE to the other type, the same numbers': (draw) => {
    const input = draw.bytes(draw.everyByte());
    return model(operator(114), input, draw.flipped(input));
  },
  RELU: unary(19),
  RELU6: unary(21),
  RELU_N1_TO_1: unary(20),
  RELU_0_TO_1: unary(152),
  'RELU at the same scale': (draw) => {
    const input = draw.bytes(draw.everyByte());
    return model(operator(draw.pick(19, 20, 21)), input, input);
  },
  SOFTMAX: softmax((draw, shape) => draw.bytes(shape, 1 / 256, draw.type === 'int8' ? -128 : 0)),
  'SOFTMAX of another scale': softmax((draw, shape) =>
    draw.bytes(shape, draw.pick(1 / 200, 1 / 64, 1 / 1024)),
  ),
  TANH: fixed(28, 1 / 128, { int8: 0, uint8: 128 }),
};

/** Operators between real numbers and bytes. */
export const conversions: Readonly<Record<string, DrawnOperator>> = {
  DEQUANTIZE: (draw) => {
    const shape = draw.everyByte();
    return model(operator(6), draw.bytes(shape), { shape });
  },
  QUANTIZE: (draw) => {
    const shape = draw.image();
    // Pixels less their mean are ties where they are divided by their own scale.
    const scale = draw.pick(draw.near(0.01), 1 / 127.5, 2 / 255, 1 / 128);
    return model(operator(114), { shape }, draw.bytes(shape, scale));
  },
};

/** The second operand's shape, which may be stretched. */
const stretched = (draw: Draw, [n = 1, h = 1, w = 1, c = 1]: readonly number[]): number[] =>
  draw.pick([n, h, w, c], [n, h, w, c], [1, 1, 1, c], [c], [n, h, w, 1], [1], [n, 1, 1, c]);

const binary =
  (code: number, options: number, scaleOf: (draw: Draw, a: number, b: number) => number): DrawnOperator =>
  (draw) => {
    const [a, b] = [draw.scale(), draw.scale()];
    const shape = draw.image();
    const first = draw.bytes(shape, a);
    const second = draw.bytes(stretched(draw, shape), b);
    const isConstant = draw.pick(false, true);
    const op = operator(code, options, { slot: 0, int8: draw.pick(...activations) });
    const operands = [first, isConstant ? draw.filled(second) : second];
    if (draw.pick(false, true)) operands.reverse();
    return model(op, ...operands, draw.bytes(shape, scaleOf(draw, a, b)));
  };

const alike =
  (code: number, options: number): DrawnOperator =>
  (draw) => {
    const a = draw.bytes(draw.image());
    const b = draw.pick(false, true) ? a : draw.filled({ ...a, shape: stretched(draw, a.shape) });
    return model(operator(code, options), a, b, a);
  };

const sum = (draw: Draw, a: number, b: number): number => draw.near(a + b) * draw.pick(1, 1, 0.1, 8);

export const binaryOperators: Readonly<Record<string, DrawnOperator>> = {
  ADD: binary(0, 11, sum),
  'ADD of scales far apart': (draw) => {
    const shape = draw.image();
    const [a, b] = [draw.scale(), draw.scale() / draw.pick(64, 2000, 30000)];
    return model(
      operator(0, 11),
      draw.bytes(shape, a),
      draw.bytes(shape, b),
      draw.bytes(shape, draw.near(a)),
    );
  },
  SUB: binary(41, 28, sum),
  MUL: binary(18, 21, (draw, a, b) => 64 * a * b * draw.near(1)),
  'MUL of scales far apart': (draw) => {
    const shape = draw.image();
    const [a, b] = [draw.scale(), draw.scale()];
    const output = draw.bytes(shape, a * b * draw.pick(1 / 300, 70000));
    return model(operator(18, 21), draw.bytes(shape, a), draw.bytes(shape, b), output);
  },
  PRELU: (draw) => {
    const shape = draw.image();
    const [, h = 1, w = 1, c = 1] = shape;
    const scale = draw.scale();
    const slopes = draw.filled(
      draw.bytes(draw.pick([1, 1, c], [1, 1, c], [h, w, c], [1, 1, 1]), draw.near(0.004)),
    );
    return model(operator(54), draw.bytes(shape, scale), slopes, draw.bytes(shape, draw.near(scale)));
  },
};

export const comparisons: Readonly<Record<string, DrawnOperator>> = {
  MAXIMUM: alike(55, 39),
  MINIMUM: alike(57, 39),
};
