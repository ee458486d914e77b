/** @file How each op of a graph is written in ONNX; the only list of them. */
import type { NodeOf, OpName } from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { quote, refuse } from '../../errors.js';
import { plainOps } from '../plain-ops.js';
import { hwcmToOihw, hwioToOihw, writeConv, writeConvTranspose } from './convolutions.js';
import { fileAxis, fileShape, type GraphWriter, perFileAxis } from './graph-writer.js';
import { integerWriters } from './integer-ops.js';
import { linearWriters, plainIntegerWriters } from './linear-ops.js';
import { mostNumbers, writeByteMean } from './means.js';
import { inputOf, type OpWriter, windowAttributes } from './op-writer.js';
import type { WrittenAttribute } from './proto.js';
import { inRealNumbers } from './quantization.js';

/** An op that has the same meaning in ONNX, whatever the layout. */
const plain =
  <Name extends OpName>(
    op: string,
    attributesOf: (node: NodeOf<Name>) => Readonly<Record<string, WrittenAttribute>> = () => ({}),
  ): OpWriter<Name> =>
  (writer, node, output) =>
    writer.node(op, [writer.value(inputOf(node, 0))], output, attributesOf(node));

/** An elementwise op on two values; the one of fewer dimensions is stretched where images have another layout. */
const binary =
  <Name extends OpName>(op: string): OpWriter<Name> =>
  (writer, node, output) => {
    const rank = writer.shapeOf(output).length;
    const inputs = [0, 1].map((i) => writer.stretched(inputOf(node, i), rank, `${output}/input-${i}`));
    writer.node(op, inputs, output);
  };

/** Numbers of ONNX's element types. */
const types = { float: 1, bool: 9 };

/** A comparison, whose truth becomes 1 or 0. */
const comparison =
  <Name extends OpName>(op: string): OpWriter<Name> =>
  (writer, node, output) => {
    const rank = writer.shapeOf(output).length;
    const inputs = [0, 1].map((i) => writer.stretched(inputOf(node, i), rank, `${output}/input-${i}`));
    writer.node('Cast', [writer.helper(op, inputs, `${output}/holds`)], output, { to: types.float });
  };

/** The first input where the second is not 0, else 0. */
const writeMask: OpWriter<'mask'> = (writer, node, output) => {
  const rank = writer.shapeOf(output).length;
  const [value = '', mask = ''] = [0, 1].map((i) =>
    writer.stretched(inputOf(node, i), rank, `${output}/input-${i}`),
  );
  const condition = writer.helper('Cast', [mask], `${output}/condition`, { to: types.bool });
  writer.node('Where', [condition, value, writer.scalar(0, `${output}/zero`)], output);
};

/** The integer part: the size rounded down, with the sign. */
const writeTrunc: OpWriter<'trunc'> = (writer, node, output) => {
  const input = writer.value(inputOf(node, 0));
  const size = writer.helper('Floor', [writer.helper('Abs', [input], `${output}/abs`)], `${output}/floor`);
  writer.node('Mul', [size, writer.helper('Sign', [input], `${output}/sign`)], output);
};

/**
 * BatchNorm. ONNX normalizes dimension 1, which is the channel in images and rows; in between it is a product and a sum
 * with numbers that are known.
 */
const writeBatchNorm: OpWriter<'batch-norm'> = (writer, node, output) => {
  const input = writer.value(inputOf(node, 0));
  const { epsilon } = node.attributes;
  const rank = writer.shapeOf(output).length;
  if (rank === 2 || rank === 4) {
    const parameters = node.inputs.slice(1).map((name) => writer.value(name));
    writer.node('BatchNormalization', [input, ...parameters], output, { epsilon: { float: epsilon } });
    return;
  }
  const names = ['scale', 'shift', 'mean', 'variance'] as const;
  const [scale, shift, mean, variance] = names.map((what, i) =>
    writer.expectWeight(node.inputs[i + 1], `the ${what}`),
  ) as [Tensor<'float32'>, Tensor<'float32'>, Tensor<'float32'>, Tensor<'float32'>];
  const factor = scale.data.map((value, c) => value / Math.sqrt((variance.data[c] as number) + epsilon));
  const offset = shift.data.map((value, c) => value - (mean.data[c] as number) * (factor[c] as number));
  const constant = (name: string, data: Float32Array) =>
    writer.constant(`${output}/${name}`, name, () => ({ shape: scale.shape, data }));
  const product = writer.helper('Mul', [input, constant('factor', factor)], `${output}/mul`);
  writer.node('Add', [product, constant('offset', offset)], output);
};

/** AveragePool; over windows of bytes that lie wholly in the image, a convolution of bytes. */
const writeAveragePool: OpWriter<'average-pool2d'> = (writer, node, output) => {
  const { window, dilations, strides, padding, countIncludePadding } = node.attributes;
  const input = inputOf(node, 0);
  const { dtype, quantization } = writer.typeOf(output);
  const isDilated = dilations.some((dilation) => dilation !== 1);
  const isPadded = Object.values(padding).some((amount) => amount > 0);
  const isByte = dtype === 'int8' || dtype === 'uint8';
  if (
    isByte &&
    quantization &&
    writer.exact &&
    !isDilated &&
    !isPadded &&
    window[0] * window[1] <= mostNumbers
  ) {
    const stored = {
      dtype,
      scale: quantization.scale[0] as number,
      zeroPoint: quantization.zeroPoint[0] as number,
    };
    writeByteMean(writer, { input, output, window, strides, stored, halvesUp: true });
    return;
  }
  const { dilations: both, ...rest } = windowAttributes({ strides, dilations, padding });
  if (isDilated) writer.needOpset(19);
  inRealNumbers(writer, input, output, (real, result) =>
    writer.node('AveragePool', [real], result, {
      ...rest,
      ...(isDilated && { dilations: both as readonly number[] }),
      kernel_shape: window,
      count_include_pad: countIncludePadding ? 1 : 0,
    }),
  );
};

const writeClamp: OpWriter<'clamp'> = (writer, node, output) => {
  const { min, max } = node.attributes;
  const bounds = [
    min === undefined ? '' : writer.scalar(min, `${output}/min`),
    max === undefined ? '' : writer.scalar(max, `${output}/max`),
  ];
  // A trailing input that is left out is not written.
  while (bounds.at(-1) === '') bounds.pop();
  writer.node('Clip', [writer.value(inputOf(node, 0)), ...bounds], output);
};

const writeConcat: OpWriter<'concat'> = (writer, node, output) => {
  const axis = fileAxis(node.attributes.axis, writer.shapeOf(output).length);
  writer.node(
    'Concat',
    node.inputs.map((input) => writer.value(input)),
    output,
    { axis },
  );
};

const writePad: OpWriter<'pad'> = (writer, node, output) => {
  const { before, after, value } = node.attributes;
  const pads = [...perFileAxis(before), ...perFileAxis(after)];
  const inputs = [
    writer.value(inputOf(node, 0)),
    writer.integers(pads, `${output}/pads`),
    writer.scalar(value, `${output}/value`, writer.elementsOf(output)),
  ];
  writer.node('Pad', inputs, output);
};

const writeReshape = (
  writer: GraphWriter,
  node: { readonly inputs: readonly string[] },
  output: string,
): void => {
  writer.reshaped(inputOf(node, 0), writer.shapeOf(output), output);
};

/** LayerNormalization runs to the last dimension, which in the file's images is not the channel. */
const writeLayerNorm: OpWriter<'layer-norm'> = (writer, node, output) => {
  const parameters = node.inputs.slice(1).map((name) => writer.value(name));
  const attributes = { axis: -1, epsilon: { float: node.attributes.epsilon } };
  writer.inGraphOrder(inputOf(node, 0), output, (input, result) =>
    writer.node('LayerNormalization', [input, ...parameters], result, attributes),
  );
};

/** ReduceMean over the file's dimensions; fewer than four are left in the graph's order, which the file's images lack. */
const writeReduceMean: OpWriter<'reduce-mean'> = (writer, node, output) => {
  const { axes, keepDimensions } = node.attributes;
  const input = inputOf(node, 0);
  writer.needOpset(18);
  const write = (value: string, fileAxes: readonly number[], result: string): void =>
    writer.node('ReduceMean', [value, writer.integers(fileAxes, `${output}/axes`)], result, {
      keepdims: keepDimensions ? 1 : 0,
    });
  const rank = writer.shapeOf(input).length;
  if (keepDimensions || rank !== 4) {
    write(
      writer.value(input),
      axes.map((axis) => fileAxis(axis, rank)),
      output,
    );
    return;
  }
  const turned = writer.helper('Transpose', [writer.value(input)], `${output}/nhwc`, { perm: [0, 2, 3, 1] });
  write(turned, axes, output);
};

/** MatMul multiplies the last two dimensions, which in the file's images are not the graph's. */
const writeMatmul: OpWriter<'matmul'> = (writer, node, output) => {
  const isImage = writer.shapeOf(output).length === 4;
  const [a, b] = [0, 1].map((index) => {
    const value = writer.value(inputOf(node, index));
    return isImage ? writer.helper('Transpose', [value], `${output}/nhwc`, { perm: [0, 2, 3, 1] }) : value;
  }) as [string, string];
  if (!isImage) {
    writer.node('MatMul', [a, b], output);
    return;
  }
  const product = writer.helper('MatMul', [a, b], `${output}/result`);
  writer.node('Transpose', [product], output, { perm: [0, 3, 1, 2] });
};

const writeTranspose: OpWriter<'transpose'> = (writer, node, output) => {
  const { permutation } = node.attributes;
  const perm = perFileAxis(permutation).map((axis) => fileAxis(axis, permutation.length));
  writer.node('Transpose', [writer.value(inputOf(node, 0))], output, { perm });
};

/** Resize by its sizes, or by scales where the graph has any: ONNX takes one of the two, and multiplies the other. */
const writeResize: OpWriter<'resize2d'> = (writer, node, output) => {
  const { attributes } = node;
  const { mode, coordinates, size, scales, rounding, antialias, cubicCoefficient, excludeOutside } =
    attributes;
  if (coordinates === 'affine')
    refuse('coordinates that are affine have no form in ONNX that other runtimes read');
  if (antialias === true) writer.needOpset(18);
  if (coordinates === 'half-pixel-symmetric') writer.needOpset(19);
  const shape = writer.shapeOf(output);
  const input = writer.shapeOf(inputOf(node, 0));
  const rounded = scales?.map(Math.fround);
  if (rounded?.some((scale, axis) => Math.floor(scale * (input[axis + 1] as number)) !== size[axis])) {
    refuse(
      `the scales ${scales?.join('×')} do not give the size ${size.join('×')}, as they would have to in ONNX`,
    );
  }
  const sizes =
    rounded === undefined
      ? ['', '', writer.integers(fileShape(shape), `${output}/sizes`)]
      : ['', writer.floats([1, 1, ...rounded], `${output}/scales`)];
  writer.node('Resize', [writer.value(inputOf(node, 0)), ...sizes], output, {
    mode,
    coordinate_transformation_mode: coordinates.replaceAll('-', '_'),
    ...(mode === 'nearest' && { nearest_mode: (rounding ?? 'round-prefer-floor').replaceAll('-', '_') }),
    ...(cubicCoefficient !== undefined && { cubic_coeff_a: { float: cubicCoefficient } }),
    ...(excludeOutside === true && { exclude_outside: 1 }),
    ...(antialias === true && { antialias: 1 }),
  });
};

const writeSlice: OpWriter<'slice'> = (writer, node, output) => {
  const { starts, ends, steps } = node.attributes;
  // ONNX counts −1 from the end: what runs back to the first element ends far before it.
  const absolute = ends.map((end) => (end < 0 ? -(2 ** 31) : end));
  const axes = starts.map((_, axis) => axis);
  const inputs = [
    writer.value(inputOf(node, 0)),
    writer.integers(perFileAxis(starts), `${output}/starts`),
    writer.integers(perFileAxis(absolute), `${output}/ends`),
    writer.integers(axes, `${output}/axes`),
    writer.integers(perFileAxis(steps), `${output}/steps`),
  ];
  writer.node('Slice', inputs, output);
};

const plainWriters: { readonly [Name in OpName]?: OpWriter<Name> } = Object.fromEntries(
  Object.entries(plainOps).map(([name, op]) => [op, plain(name)]),
);

const writers: { readonly [Name in OpName]?: OpWriter<Name> } = {
  ...plainWriters,
  ...integerWriters,
  ...plainIntegerWriters,
  add: binary('Add'),
  'average-pool2d': writeAveragePool,
  'batch-norm': writeBatchNorm,
  clamp: writeClamp,
  concat: writeConcat,
  conv2d: (writer, node, output) => {
    const attributes = { ...windowAttributes(node.attributes), group: node.attributes.groups };
    writeConv(writer, node, output, hwioToOihw, attributes);
  },
  'conv-transpose2d': writeConvTranspose,
  dense: (writer, node, output) => {
    writer.node(
      'Gemm',
      node.inputs.map((input) => writer.value(input)),
      output,
    );
  },
  'depthwise-conv2d': (writer, node, output) => {
    const group = writer.shapeOf(inputOf(node, 0)).at(-1) as number;
    writeConv(writer, node, output, hwcmToOihw, { ...windowAttributes(node.attributes), group });
  },
  div: binary('Div'),
  equal: comparison('Equal'),
  elu: plain('Elu', ({ attributes: { alpha } }) => ({ alpha: { float: alpha } })),
  flatten: writeReshape,
  gelu: (writer, node, output) => {
    writer.needOpset(20);
    const { approximate } = node.attributes;
    writer.node('Gelu', [writer.value(inputOf(node, 0))], output, { approximate });
  },
  'global-average-pool2d': plain('GlobalAveragePool'),
  'global-max-pool2d': plain('GlobalMaxPool'),
  'hard-sigmoid': plain('HardSigmoid', ({ attributes: { slope, offset } }) => ({
    alpha: { float: slope },
    beta: { float: offset },
  })),
  'layer-norm': writeLayerNorm,
  less: comparison('Less'),
  'leaky-relu': plain('LeakyRelu', ({ attributes: { slope } }) => ({ alpha: { float: slope } })),
  mask: writeMask,
  matmul: writeMatmul,
  'max-pool2d': plain('MaxPool', ({ attributes }) => ({
    ...windowAttributes(attributes),
    kernel_shape: attributes.window,
  })),
  maximum: binary('Max'),
  minimum: binary('Min'),
  mul: binary('Mul'),
  pad: writePad,
  'pointwise-conv2d': (writer, node, output) => writeConv(writer, node, output, hwioToOihw, {}),
  pow: binary('Pow'),
  prelu: binary('PRelu'),
  'reduce-mean': writeReduceMean,
  relu6: (writer, node, output) => {
    const bounds = [writer.scalar(0, `${output}/min`), writer.scalar(6, `${output}/max`)];
    writer.node('Clip', [writer.value(inputOf(node, 0)), ...bounds], output);
  },
  reshape: writeReshape,
  resize2d: writeResize,
  selu: plain('Selu', ({ attributes: { alpha, scale } }) => ({
    alpha: { float: alpha },
    gamma: { float: scale },
  })),
  slice: writeSlice,
  softmax: (writer, node, output) => {
    const axis = fileAxis(node.attributes.axis, writer.shapeOf(output).length);
    writer.node('Softmax', [writer.value(inputOf(node, 0))], output, { axis });
  },
  sub: binary('Sub'),
  swish: (writer, node, output) => {
    const input = writer.value(inputOf(node, 0));
    const gate = writer.helper('Sigmoid', [input], `${output}/sigmoid`);
    writer.node('Mul', [input, gate], output);
  },
  transpose: writeTranspose,
  trunc: writeTrunc,
};

/** Appends what a node of the graph is in ONNX. */
export function writeNode<Name extends OpName>(writer: GraphWriter, node: NodeOf<Name>): void {
  const own = writer.form === 'qlinear' ? linearWriters[node.op] : undefined;
  const write = (own ?? writers[node.op]) as OpWriter<Name> | undefined;
  const [output] = node.outputs;
  if (write === undefined || output === undefined) {
    refuse(`the op cannot be written to ONNX; ${Object.keys(writers).sort().map(quote).join(', ')} can`);
  }
  write(writer, node, output);
}
