/** @file Operators that put numbers elsewhere. */
import { type Draw, type DrawnOperator, int32s, model, operator } from './draw.js';

function concatenation(draw: Draw, rescales: boolean): ReturnType<DrawnOperator> {
  const shape = draw.image();
  const axis = draw.integer(1, 3);
  const first = draw.bytes(shape);
  const others = Array.from({ length: draw.integer(1, 3) }, () => ({
    ...(rescales ? draw.bytes(shape, draw.near(first.scale?.[0] ?? 1)) : first),
    shape: shape.with(axis, draw.integer(1, 5)),
  }));
  const total = [first, ...others].reduce((sum, each) => sum + (each.shape[axis] as number), 0);
  const like = rescales ? draw.bytes(shape, draw.near(first.scale?.[0] ?? 1)) : first;
  const op = operator(2, 10, { slot: 0, int32: draw.pick(axis, axis - 4) }, { slot: 1, int8: 0 });
  return model(op, first, ...others, { ...like, shape: shape.with(axis, total) });
}

function pad(draw: Draw, hasValue: boolean): ReturnType<DrawnOperator> {
  const input = draw.bytes(draw.image());
  const amounts = input.shape.map((_, axis) =>
    axis === 0 ? [0, 0] : [draw.integer(0, 3), draw.integer(0, 3)],
  );
  const output = {
    ...input,
    shape: input.shape.map((extent, axis) => extent + (amounts[axis]?.[0] ?? 0) + (amounts[axis]?.[1] ?? 0)),
  };
  const pairs = int32s(amounts.flat(), [4, 2]);
  const value = hasValue ? [draw.filled({ ...input, shape: [1] })] : [];
  return model(operator(hasValue ? 60 : 34, hasValue ? 26 : 22), input, pairs, ...value, output);
}

function slice(draw: Draw): ReturnType<DrawnOperator> {
  const input = draw.bytes(draw.image());
  const begin = input.shape.map((extent) => draw.integer(0, extent - 1));
  const size = input.shape.map((extent, axis) => draw.integer(1, extent - (begin[axis] as number)));
  return model(operator(65, 50), input, int32s(begin), int32s(size), { ...input, shape: size });
}

function stridedSlice(draw: Draw): ReturnType<DrawnOperator> {
  const input = draw.bytes(draw.image());
  const begin = input.shape.map((extent) => draw.integer(0, extent - 1));
  const step = input.shape.map(() => draw.integer(1, 2));
  const shape = input.shape.map((extent, axis) =>
    Math.ceil((extent - (begin[axis] as number)) / (step[axis] as number)),
  );
  const masks = [0, 1, 2, 3, 4].map((slot) => ({ slot, int32: 0 }));
  return model(operator(45, 32, ...masks), input, int32s(begin), int32s(input.shape), int32s(step), {
    ...input,
    shape,
  });
}

function split(draw: Draw): ReturnType<DrawnOperator> {
  const count = draw.integer(2, 3);
  const input = draw.bytes(draw.image(4 * count));
  const part = { ...input, shape: input.shape.with(3, 4) };
  const outputs = Array.from({ length: count }, (_, i) => 2 + i);
  return {
    tensors: [int32s([3], []), input, ...outputs.map(() => part)],
    operators: [{ ...operator(49, 35, { slot: 0, int32: count }), inputs: [0, 1], outputs }],
    inputs: [1],
    outputs,
  };
}

function transpose(draw: Draw): ReturnType<DrawnOperator> {
  const input = draw.bytes(draw.image());
  const order = draw.pick([0, 3, 1, 2], [0, 2, 1, 3], [3, 2, 1, 0], [0, 2, 3, 1]);
  const shape = order.map((axis) => input.shape[axis] as number);
  return model(operator(39, 26), input, int32s(order), { ...input, shape });
}

function depthToSpace(draw: Draw): ReturnType<DrawnOperator> {
  const input = draw.bytes(draw.image(12));
  const [n = 1, h = 1, w = 1] = input.shape;
  const output = { ...input, shape: [n, 2 * h, 2 * w, 3] };
  return model(operator(5, 94, { slot: 0, int32: 2 }), input, output);
}

function reshape(draw: Draw): ReturnType<DrawnOperator> {
  const input = draw.bytes(draw.image());
  const [n = 1, h = 1, w = 1, c = 1] = input.shape;
  const shape = draw.pick([n, h * w, c], [n * h * w * c], [n, c, h, w]);
  return model(operator(22, 17), input, int32s(shape), { ...input, shape });
}

export const movingOperators: Readonly<Record<string, DrawnOperator>> = {
  CONCATENATION: (draw) => concatenation(draw, false),
  'CONCATENATION that rescales': (draw) => concatenation(draw, true),
  DEPTH_TO_SPACE: depthToSpace,
  PAD: (draw) => pad(draw, false),
  PADV2: (draw) => pad(draw, true),
  RESHAPE: reshape,
  SLICE: slice,
  SPLIT: split,
  STRIDED_SLICE: stridedSlice,
  TRANSPOSE: transpose,
};
