/** @file Operators of sums of products: convolutions, depthwise, dense and transposed. */
import { elementCount } from '@sepconv/tensor';
import type { TestField, TestTensor } from '../../../../packages/formats/test/tflite-file.js';
import { activations, type Draw, type DrawnOperator, int32s, model, operator } from './draw.js';

/** A weight: uint8 as a whole with any zero point, int8 as a whole or for each channel with none. */
function weight(draw: Draw, shape: readonly number[], axis: number): TestTensor {
  const scale = 2 ** (-9 + 3 * draw.random.next());
  if (draw.type === 'uint8') return draw.filled(draw.bytes(shape, scale));
  const channels = draw.pick(1, shape[axis] as number);
  const scales = Array.from({ length: channels }, () => draw.near(scale));
  const zeros = scales.map(() => 0);
  return draw.filled(
    { shape, type: 'int8', scale: scales, zeroPoint: zeros, axis: channels > 1 ? axis : 0 },
    -127,
  );
}

/** A bias in units of the input's scale times the weight's, or, as some files have it, of another scale. */
function bias(draw: Draw, input: TestTensor, { scale = [] }: TestTensor, count: number): TestTensor {
  const stated = draw.pick(1, 1, 1, 2);
  const scales = scale.map((one) => Math.fround(stated * Math.fround(one * (input.scale?.[0] ?? 1))));
  const data = Int32Array.from({ length: count }, () => draw.integer(-3000, 3000));
  return { shape: [count], type: 'int32', scale: scales, zeroPoint: scales.map(() => 0), data };
}

/** A scale with which sums of `depth` products use most of the type. */
const sumScale = (draw: Draw, input: TestTensor, weights: TestTensor, depth: number): number =>
  draw.near((input.scale?.[0] ?? 1) * Math.max(...(weights.scale ?? [1])) * 64 * Math.sqrt(depth));

interface Window {
  readonly fields: readonly TestField[];
  readonly size: readonly [number, number];
}

/** The spatial size that a window leaves of an image. */
function window(
  draw: Draw,
  [, h = 1, w = 1]: readonly number[],
  kernel: readonly number[],
): Window & {
  readonly padding: number;
} {
  const strides = [draw.pick(1, 1, 2, 3), draw.pick(1, 1, 2)];
  const dilations = Math.max(...strides) > 1 ? [1, 1] : [draw.pick(1, 1, 2), draw.pick(1, 1, 3)];
  const reach = kernel.map((k, i) => (k - 1) * (dilations[i] as number) + 1);
  const fits = (reach[0] as number) <= h && (reach[1] as number) <= w;
  const padding = fits ? draw.pick(0, 1) : 0;
  const along = (extent: number, i: number): number =>
    Math.ceil((padding === 0 ? extent : extent - (reach[i] as number) + 1) / (strides[i] as number));
  const fields = [
    { slot: 0, int8: padding },
    { slot: 1, int32: strides[1] as number },
    { slot: 2, int32: strides[0] as number },
  ];
  const [dilationH = 1, dilationW = 1] = dilations;
  return {
    padding,
    fields: [...fields, { slot: -1, int32: dilationW }, { slot: -2, int32: dilationH }],
    size: [along(h, 0), along(w, 1)],
  };
}

/** The fields with the dilations in these slots. */
const dilatedAt = (fields: readonly TestField[], width: number, height: number): readonly TestField[] =>
  fields.map((field) => (field.slot < 0 ? { ...field, slot: field.slot === -1 ? width : height } : field));

const convolution =
  (groups: (draw: Draw) => number = () => 1): DrawnOperator =>
  (draw) => {
    const parts = groups(draw);
    const shape = draw.image(parts > 1 ? 2 * parts : undefined);
    const kernel = [draw.pick(1, 1, 3, 2, 5), draw.pick(1, 1, 3, 4)];
    const { fields, size } = window(draw, shape, kernel);
    const outputs = parts * draw.pick(1, 3, 8, 5);
    const input = draw.bytes(shape);
    const weights = weight(draw, [outputs, ...kernel, (shape[3] as number) / parts], 0);
    const depth = elementCount(weights.shape) / outputs;
    const output = draw.bytes([shape[0] as number, ...size, outputs], sumScale(draw, input, weights, depth));
    const activation = { slot: 3, int8: draw.pick(...activations) };
    const op = operator(3, 1, ...dilatedAt(fields, 4, 5), activation);
    return model(op, input, weights, bias(draw, input, weights, outputs), output);
  };

function depthwise(draw: Draw): ReturnType<DrawnOperator> {
  const shape = draw.image();
  const kernel = [draw.pick(1, 3, 5), draw.pick(1, 3, 7)];
  const { fields, size } = window(draw, shape, kernel);
  const multiplier = draw.pick(1, 1, 2, 3);
  const outputs = (shape[3] as number) * multiplier;
  const input = draw.bytes(shape);
  const weights = weight(draw, [1, ...kernel, outputs], 3);
  const depth = (kernel[0] as number) * (kernel[1] as number);
  const output = draw.bytes([shape[0] as number, ...size, outputs], sumScale(draw, input, weights, depth));
  const rest = [
    { slot: 3, int32: multiplier },
    { slot: 4, int8: draw.pick(...activations) },
  ] as const;
  const op = operator(4, 2, ...dilatedAt(fields, 5, 6), ...rest);
  return model(op, input, weights, bias(draw, input, weights, outputs), output);
}

const dense =
  (hasBias: boolean): DrawnOperator =>
  (draw) => {
    const [rows, depth, outputs] = [draw.integer(1, 5), draw.integer(1, 60), draw.integer(1, 20)];
    const keeps = draw.pick(0, 1);
    const leading = keeps === 1 ? [rows, 2] : [2 * rows];
    const input = draw.bytes([...leading, depth]);
    const weights = weight(draw, [outputs, depth], 0);
    const output = draw.bytes([...leading, outputs], sumScale(draw, input, weights, depth));
    const op = operator(9, 8, { slot: 0, int8: draw.pick(...activations) }, { slot: 2, int8: keeps });
    const more = hasBias ? [bias(draw, input, weights, outputs)] : [];
    return model(op, input, weights, ...more, output);
  };

function transposed(draw: Draw): ReturnType<DrawnOperator> {
  const shape = draw.image();
  const [batch = 1, h = 1, w = 1, channels = 1] = shape;
  const kernel = [draw.integer(1, 4), draw.integer(1, 4)] as const;
  const padding = draw.pick(0, 1);
  // Where SAME leaves gaps between the kernels, XNNPACK does not take it, and the runtime rounds in another way.
  const most = kernel.map((extent) => (padding === 0 ? Math.min(3, extent) : 3)) as [number, number];
  const strides = [draw.integer(1, most[0]), draw.integer(1, most[1])] as const;
  const size = [h, w].map((extent, i) => {
    const [stride, reach] = [strides[i] as number, kernel[i] as number];
    return padding === 0 ? extent * stride : (extent - 1) * stride + Math.max(reach, stride);
  });
  const outputs = draw.pick(1, 3, 8);
  const input = draw.bytes(shape);
  const weights = weight(draw, [outputs, ...kernel, channels], 0);
  const output = draw.bytes([batch, ...size, outputs], sumScale(draw, input, weights, 2 * channels));
  const fields = [
    { slot: 0, int8: padding },
    { slot: 1, int32: strides[1] },
    { slot: 2, int32: strides[0] },
    { slot: 3, int8: draw.pick(0, 0, 1) },
  ] as const;
  const more = draw.pick(true, false) ? [bias(draw, input, weights, outputs)] : [];
  return model(operator(67, 49, ...fields), int32s(output.shape), weights, input, ...more, output);
}

export const productOperators: Readonly<Record<string, DrawnOperator>> = {
  CONV_2D: convolution(),
  'CONV_2D with groups': convolution((draw) => draw.integer(2, 4)),
  DEPTHWISE_CONV_2D: depthwise,
  FULLY_CONNECTED: dense(true),
  'FULLY_CONNECTED without bias': dense(false),
  TRANSPOSE_CONV: transposed,
};
