import type { HeightWidth } from '@sepconv/graph';
import { formatShape, type Shape } from '@sepconv/tensor';
import { transposedCut } from '../../convolution.js';
import { refuse } from '../../errors.js';
import type { OperatorContext, OperatorResult } from '../context.js';

type Cut = ReturnType<typeof transposedCut>;

/** What both operators say of themselves. */
export interface Transposed {
  /** Positions of the image, the weight and the bias among the inputs. */
  readonly inputs: readonly [image: number, weight: number, bias: number];
  /** `[N, H', W', C_out]` */
  readonly output: readonly number[];
  readonly isSame: boolean;
  readonly strides: HeightWidth;
  readonly activation: number;
}

/**
 * What of a weight `[C_out, K_h, K_w, C_in]` spread over the image does not fit into the output, along height and width; what
 * {@link transposedCut} adds gets the bias alone.
 */
export function transposedCuts(
  context: OperatorContext,
  { inputs, output, isSame, strides }: Transposed,
  weight: Shape,
): readonly [vertical: Cut, horizontal: Cut] {
  const shape = context.shape(inputs[0]);
  const [outputs = 0, height = 0, width = 0, channels = 0] = weight;
  if (shape.length !== 4 || weight.length !== 4 || channels !== shape[3]) {
    refuse(
      `the weight ${formatShape(weight)} must be [C_out, K_h, K_w, C_in] for an image [N, H, W, C_in] of ${formatShape(shape)}`,
    );
  }
  if (output.length !== 4 || output[0] !== shape[0] || output[3] !== outputs) {
    refuse(`cannot give ${formatShape(output)} from ${formatShape(shape)} with ${outputs} filters`);
  }
  if (!(strides[0] >= 1 && strides[1] >= 1))
    refuse(`the stride must be at least 1×1, not ${strides.join('×')}`);
  const along = (axis: 0 | 1, window: number) => {
    const size = output[axis + 1] as number;
    const whole = ((shape[axis + 1] as number) - 1) * strides[axis] + window;
    return transposedCut(whole, size, isSame);
  };
  return [along(0, height), along(1, width)];
}

/** A transposed convolution to an output of a stated size, weight `[C_out, K_h, K_w, C_in]`. */
function readTransposed(context: OperatorContext, transposed: Transposed): OperatorResult {
  const { inputs, strides, activation } = transposed;
  const [image, weightAt, bias] = inputs;
  const ohwi = context.constant(weightAt, 'the weight');
  const [vertical, horizontal] = transposedCuts(context, transposed, ohwi.shape);
  const weight = context.transposed(ohwi, [1, 2, 3, 0]);
  const names = [context.value(image), context.parameter(`${context.layer}/weight`, weight, 'weight')];
  if (context.has(bias)) {
    names.push(context.parameter(`${context.layer}/bias`, context.constant(bias, 'the bias'), 'bias'));
  }
  const attributes = {
    strides,
    dilations: [1, 1],
    groups: 1,
    padding: {
      top: vertical.before,
      bottom: vertical.after,
      left: horizontal.before,
      right: horizontal.after,
    },
    outputPadding: [vertical.added, horizontal.added],
  } as const;
  return context.node('conv-transpose2d', names, attributes, { activation });
}

/** TRANSPOSE_CONV: the output's shape, the weight, the image and, since version 3, a bias. */
export const readTransposeConv = (context: OperatorContext): OperatorResult =>
  readTransposed(context, transposeConv(context));

/** What TRANSPOSE_CONV says of itself. */
export function transposeConv(context: OperatorContext): Transposed {
  const options = context.options(49);
  const padding = options.int8(0, 'padding');
  if (padding !== 0 && padding !== 1) refuse(`the padding must be 0 (SAME) or 1 (VALID), not ${padding}`);
  return {
    inputs: [2, 1, 3],
    output: context.integers(0, 'the shape of the output'),
    isSame: padding === 0,
    strides: [options.int32(2, 'stride_h'), options.int32(1, 'stride_w')],
    activation: options.int8(3, 'fused_activation_function'),
  };
}

/**
 * MediaPipe's custom op `Convolution2DTransposeBias`: the image, the weight and a bias. Its options are TFLite's structure
 * TfLiteTransposeConvParams as it lies in memory, three 32-bit integers: padding (1 SAME, 2 VALID), the stride along width,
 * the stride along height. The output's size stands only in the file's tensor.
 *
 * Source: mediapipe/util/tflite/operations/transpose_conv_bias.cc.
 */
export function readConvolution2dTransposeBias(context: OperatorContext): OperatorResult {
  const { customOptions: bytes } = context.operator;
  if (bytes.length < 12) {
    refuse(`needs 12 bytes of options (padding, stride along width and height), but has ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [padding, strideWidth, strideHeight] = [0, 4, 8].map((at) => view.getInt32(at, true)) as [
    number,
    number,
    number,
  ];
  if (padding !== 1 && padding !== 2) refuse(`the padding must be 1 (SAME) or 2 (VALID), not ${padding}`);
  return readTransposed(context, {
    inputs: [0, 1, 2],
    output: context.output.shape,
    isSame: padding === 1,
    strides: [strideHeight, strideWidth],
    activation: 0,
  });
}
