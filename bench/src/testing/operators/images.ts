/** @file Operators over windows and whole images, and softmax. */
import { activations, type Draw, type DrawnOperator, int32s, model, operator } from './draw.js';

function pool(draw: Draw, code: number, isGlobal: boolean): ReturnType<DrawnOperator> {
  const shape = draw.image();
  const [n = 1, h = 1, w = 1, c = 1] = shape;
  const kernel = isGlobal ? [h, w] : [draw.integer(1, h), draw.integer(1, w)];
  const strides = isGlobal ? [1, 1] : [draw.integer(1, 3), draw.integer(1, 3)];
  const padding = isGlobal ? 1 : draw.pick(0, 1);
  const size = [h, w].map((extent, i) =>
    Math.ceil((padding === 0 ? extent : extent - (kernel[i] as number) + 1) / (strides[i] as number)),
  );
  const fields = [
    { slot: 0, int8: padding },
    { slot: 1, int32: strides[1] as number },
    { slot: 2, int32: strides[0] as number },
    { slot: 3, int32: kernel[1] as number },
    { slot: 4, int32: kernel[0] as number },
    { slot: 5, int8: draw.pick(...activations) },
  ];
  const input = draw.bytes(shape);
  return model(operator(code, 5, ...fields), input, { ...input, shape: [n, ...size, c] });
}

/** A reduction over these axes of an image. */
const reduction =
  (code: number, isAlike: boolean, ...choices: readonly (readonly number[])[]): DrawnOperator =>
  (draw) => {
    const shape = draw.image();
    const axes = draw.pick(...choices);
    const keeps = draw.integer(0, 1);
    const goes = (axis: number): boolean => axes.includes(axis) || axes.includes(axis - 4);
    const left = shape.flatMap((extent, axis) => (goes(axis) ? (keeps === 1 ? [1] : []) : [extent]));
    const input = draw.bytes(shape);
    const output = draw.bytes(left, draw.near(input.scale?.[0] ?? 1));
    const op = operator(code, 27, { slot: 0, int8: keeps });
    return model(op, input, int32s(axes), isAlike ? { ...input, shape: left } : output);
  };

const resize =
  (code: number, kind: number, slot: number): DrawnOperator =>
  (draw) => {
    const shape = draw.image();
    const size = [draw.integer(1, 20), draw.integer(1, 20)];
    const [aligned, half] = draw.pick([0, 0], [1, 0], [0, 1]);
    const input = draw.bytes(shape);
    const flags = [
      { slot, int8: aligned as number },
      { slot: slot + 1, int8: half as number },
    ];
    const output = { ...input, shape: [shape[0] as number, ...size, shape[3] as number] };
    return model(operator(code, kind, ...flags), input, int32s(size), output);
  };

function softmax(draw: Draw): ReturnType<DrawnOperator> {
  const shape = [...draw.pick([1], [3], [2, 3], [1, 3, 2]), draw.pick(1, 2, 10, 33, 500)];
  const output = draw.bytes(shape, 1 / 256, draw.type === 'int8' ? -128 : 0);
  const beta = { slot: 0, float32: draw.pick(1, 1, 0.5, 2) };
  return model(operator(25, 9, beta), draw.bytes(shape, 4 * draw.scale()), output);
}

export const imageOperators: Readonly<Record<string, DrawnOperator>> = {
  'AVERAGE_POOL_2D of windows': (draw) => pool(draw, 1, false),
  'AVERAGE_POOL_2D of the image': (draw) => pool(draw, 1, true),
  MAX_POOL_2D: (draw) => pool(draw, 17, false),
  'MAX_POOL_2D of the image': (draw) => pool(draw, 17, true),
  'MEAN of an image': reduction(40, false, [1, 2], [2, 1], [-3, -2]),
  'REDUCE_MAX of an image': reduction(82, true, [1, 2]),
  RESIZE_BILINEAR: resize(23, 15, 2),
  RESIZE_NEAREST_NEIGHBOR: resize(97, 74, 0),
  SOFTMAX: softmax,
};
