/**
 * @file TRANSPOSE_CONV of bytes, as one convolution that gives all pixels within the stride as channels, which are then put
 * beside one another: integer sums are the same in any order.
 */
import { createTensor, type Shape, type Tensor } from '@sepconv/tensor';
import type { ByteType } from '../../byte-type.js';
import type { NodeResult, OperatorContext } from '../context.js';
import { transposeConv, transposedCuts } from '../ops/conv-transpose2d.js';
import { byteValue, layerParameters, storedOutput, storedWeight } from './operands.js';

/** How the pixels within a stride `s` are sums over the input along one axis. */
interface Axis {
  readonly stride: number;
  /** Results for each phase: the output's extent divided by the stride, rounded up. */
  readonly count: number;
  /** The window that has every phase's taps, and where its first tap lies for result 0. */
  readonly window: number;
  readonly first: number;
  /** Which element of the kernel a phase has at a tap of the window, if any. */
  tap(phase: number, at: number): number | undefined;
}

/**
 * Output `Y + cut = y · s + i` is the kernel's element i at input y. Within phase ρ of `Y = q · s + ρ` that is
 * `i = ρ + cut − s · (y − q)`, so that input `q + d` meets element `ρ + cut − s · d`.
 */
function axisOf(stride: number, kernel: number, cut: number, extent: number): Axis {
  // The least distance d has the last element of phase 0, the largest one the first element of the last phase.
  const first = Math.ceil((cut - kernel + 1) / stride);
  const last = Math.floor((stride - 1 + cut) / stride);
  return {
    stride,
    count: Math.ceil(extent / stride),
    window: Math.max(1, last - first + 1),
    first,
    tap: (phase, at) => {
      const element = phase + cut - stride * (first + at);
      return element >= 0 && element < kernel ? element : undefined;
    },
  };
}

/** The weight `[window, window, C_in, s · s · C_out]` of the convolution; elsewhere it has the zero points, which stand for 0. */
function phasedWeight(
  { shape, data, quantization, ...rest }: Tensor<ByteType>,
  [vertical, horizontal]: readonly [Axis, Axis],
): Tensor<ByteType> {
  const [outputs, height, width, channels] = shape as readonly [number, number, number, number];
  const { scale, zeroPoint } = quantization!;
  const phases = vertical.stride * horizontal.stride;
  const row = phases * outputs;
  const phased = new (data.constructor as typeof Int8Array)(
    vertical.window * horizontal.window * channels * row,
  );
  let at = 0;
  for (let y = 0; y < vertical.window; y++) {
    for (let x = 0; x < horizontal.window; x++) {
      for (let c = 0; c < channels; c++) {
        for (let phase = 0; phase < phases; phase++) {
          const i = vertical.tap(Math.floor(phase / horizontal.stride), y);
          const j = horizontal.tap(phase % horizontal.stride, x);
          for (let o = 0; o < outputs; o++, at++) {
            const isTap = i !== undefined && j !== undefined;
            const zero = zeroPoint[zeroPoint.length > 1 ? o : 0] as number;
            phased[at] = isTap ? (data[((o * height + i) * width + j) * channels + c] as number) : zero;
          }
        }
      }
    }
  }
  const repeated = (values: readonly number[]): number[] =>
    values.length === 1 ? [...values] : Array.from({ length: row }, (_, k) => values[k % outputs] as number);
  const scales = repeated(scale);
  return {
    ...rest,
    shape: [vertical.window, horizontal.window, channels, row],
    data: phased,
    quantization: {
      scale: scales,
      zeroPoint: repeated(zeroPoint),
      ...(scales.length > 1 && { axis: 3 }),
    },
  } as Tensor<ByteType>;
}

/** The bias for each phase. */
function phasedBias(bias: Tensor, phases: number): Tensor {
  const length = bias.data.length * phases;
  const data = Int32Array.from({ length }, (_, k) => bias.data[k % bias.data.length] as number);
  return createTensor('int32', [length], data);
}

/** Puts the pixels `[N, rows, columns, s · s · C_out]` beside one another, and cuts off what is too much. */
function unfoldPhases(
  context: OperatorContext,
  folded: string,
  [vertical, horizontal]: readonly [Axis, Axis],
  output: Shape,
): NodeResult {
  const [batch = 1, rows = 1, columns = 1] = context.state.builder.typeOf(folded).shape;
  const [, height = 1, width = 1, channels = 1] = output;
  const split = [batch * rows, columns, vertical.stride, horizontal.stride * channels];
  const blocks = context.helper('reshape', [folded], { shape: split });
  const inRows = context.helper('transpose', [blocks], { permutation: [0, 2, 1, 3] });
  const whole = [batch, rows * vertical.stride, columns * horizontal.stride, channels];
  const joined = context.helper('reshape', [inRows], { shape: whole });
  const ends = [batch, height, width, channels];
  return context.node(
    'slice',
    [joined],
    { starts: [0, 0, 0, 0], ends, steps: [1, 1, 1, 1] },
    { isStored: true },
  );
}

/**
 * TRANSPOSE_CONV.
 *
 * Source of the rounding: XNNPACK, src/operators/deconvolution-nhwc.c, which requantizes as its convolutions do. It does not take
 * kernels shorter than their stride with padding SAME; what TensorFlow Lite does with those may be a step beside.
 */
export function readIntegerTransposeConv(context: OperatorContext): NodeResult | undefined {
  const said = transposeConv(context);
  const [image, weightAt, biasAt] = said.inputs;
  const [input, stored] = [byteValue(context, image), storedWeight(context, weightAt)];
  const output = storedOutput(context, said.activation);
  if (input === undefined || stored === undefined || output === undefined) return undefined;
  const cuts = transposedCuts(context, said, stored.shape);
  const [, height = 1, width = 1] = context.shape(image);
  const along = (axis: 0 | 1): Axis =>
    axisOf(
      said.strides[axis],
      stored.shape[1 + axis] as number,
      cuts[axis].before,
      said.output[1 + axis] as number,
    );
  const axes = [along(0), along(1)] as const;
  const [vertical, horizontal] = axes;
  // A window that begins inside the image is of a file that cuts off more than its kernel.
  if (vertical.first > 0 || horizontal.first > 0) return undefined;
  const after = ({ window, first, count }: Axis, extent: number): number =>
    Math.max(0, count - 1 + first + window - extent);
  const phases = vertical.stride * horizontal.stride;
  context.state.budget.charge(
    vertical.window * horizontal.window * phases * stored.data.length,
    'the weight of all pixels within the stride',
  );
  const names = layerParameters(context, phasedWeight(stored, axes), biasAt, (bias) =>
    phasedBias(bias, phases),
  );
  if (names === undefined) return undefined;
  const attributes = {
    strides: [1, 1],
    dilations: [1, 1],
    groups: 1,
    padding: {
      top: -vertical.first,
      bottom: after(vertical, height),
      left: -horizontal.first,
      right: after(horizontal, width),
    },
    output,
  } as const;
  const folded = context.helper('quantized-conv2d', [input, ...names], attributes);
  return unfoldPhases(context, folded, axes, said.output);
}
