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

function mirrorPad(draw: Draw): ReturnType<DrawnOperator> {
  const mode = draw.integer(0, 1);
  const input = draw.bytes(draw.image());
  const amounts = input.shape.map((extent, axis) =>
    axis === 0 ? [0, 0] : [draw.integer(0, extent - 1), draw.integer(0, extent - 1)],
  );
  const shape = input.shape.map(
    (extent, axis) => extent + (amounts[axis]?.[0] ?? 0) + (amounts[axis]?.[1] ?? 0),
  );
  const pairs = int32s(amounts.flat(), [4, 2]);
  return model(operator(100, 77, { slot: 0, int8: mode }), input, pairs, { ...input, shape });
}

function reverse(draw: Draw): ReturnType<DrawnOperator> {
  const input = draw.bytes(draw.image());
  return model(operator(105, 81), input, int32s([draw.integer(1, 3)]), input);
}

function spaceToDepth(draw: Draw): ReturnType<DrawnOperator> {
  const [n = 1, h = 1, w = 1, c = 1] = draw.image();
  const input = draw.bytes([n, 2 * h, 2 * w, c]);
  return model(operator(26, 19, { slot: 0, int32: 2 }), input, { ...input, shape: [n, h, w, 4 * c] });
}

function pack(draw: Draw): ReturnType<DrawnOperator> {
  const input = draw.bytes(draw.image().slice(1));
  const [axis, count] = [draw.integer(0, 3), draw.integer(2, 3)];
  const options = [
    { slot: 0, int32: count },
    { slot: 1, int32: axis },
  ];
  const inputs = Array.from({ length: count }, () => input);
  return model(operator(83, 59, ...options), ...inputs, {
    ...input,
    shape: input.shape.toSpliced(axis, 0, count),
  });
}

function unpack(draw: Draw): ReturnType<DrawnOperator> {
  const input = draw.bytes(draw.image());
  const axis = draw.integer(1, 3);
  const count = input.shape[axis] as number;
  const part = { ...input, shape: input.shape.toSpliced(axis, 1) };
  const outputs = Array.from({ length: count }, (_, i) => 1 + i);
  const options = [
    { slot: 0, int32: count },
    { slot: 1, int32: axis },
  ];
  return {
    tensors: [input, ...outputs.map(() => part)],
    operators: [{ ...operator(88, 64, ...options), inputs: [0], outputs }],
    inputs: [0],
    outputs,
  };
}

export const movingOperators: Readonly<Record<string, DrawnOperator>> = {
  CONCATENATION: (draw) => concatenation(draw, false),
  'CONCATENATION that rescales': (draw) => concatenation(draw, true),
  DEPTH_TO_SPACE: depthToSpace,
  MIRROR_PAD: mirrorPad,
  PACK: pack,
  PAD: (draw) => pad(draw, false),
  PADV2: (draw) => pad(draw, true),
  RESHAPE: reshape,
  REVERSE_V2: reverse,
  SLICE: slice,
  SPACE_TO_DEPTH: spaceToDepth,
  SPLIT: split,
  STRIDED_SLICE: stridedSlice,
  TRANSPOSE: transpose,
  UNPACK: unpack,
};
