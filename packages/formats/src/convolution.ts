import {
  type AttributesOf,
  dilatedExtent,
  type GraphBuilder,
  type HeightWidth,
  type OpName,
  type Padding,
} from '@sepconv/graph';
import { formatShape, reshapeTensor, type Tensor } from '@sepconv/tensor';
import { refuse } from './errors.js';

/** What every format says of a convolution. */
export interface Convolution {
  /** Input channels. */
  readonly channels: number;
  /** Standard form `[K_h, K_w, C_in / groups, C_out]`. */
  readonly weight: Tensor<'float32'>;
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly padding: Padding;
  readonly groups: number;
}

/** A convolution as the op that says most about it, with the weight in that op's form. */
export interface ChosenConvolution {
  readonly weight: Tensor<'float32'>;
  /** Appends the node; `inputs` are the image, the weight and, where there is one, the bias. */
  emit(builder: GraphBuilder, inputs: readonly string[], name: string): string;
  readonly op: OpName;
}

function choice<Name extends OpName>(
  op: Name,
  weight: Tensor<'float32'>,
  attributes: AttributesOf[Name],
): ChosenConvolution {
  return { op, weight, emit: (builder, inputs, name) => builder.node(op, inputs, attributes, name) };
}

/**
 * A convolution with one input channel per group becomes a depthwise-conv2d; 1×1 in one group without stride and
 * padding a pointwise-conv2d; anything else stays a conv2d. Depthwise output channel `c · M + m` belongs to input
 * channel c, so that the weight's `[K_h, K_w, 1, C · M]` is `[K_h, K_w, C, M]` as it lies.
 *
 * @throws {FormatError} when the channels are not a multiple of the groups.
 */
export function chooseConvolution(convolution: Convolution): ChosenConvolution {
  const { channels, weight, strides, dilations, padding, groups } = convolution;
  const [height = 0, width = 0, inputs = 0, outputs = 0] = weight.shape;
  if (inputs * groups !== channels || outputs % groups !== 0) {
    refuse(
      `the weight ${formatShape(weight.shape)} (height, width, inputs, outputs) in ${groups} groups takes ${inputs * groups} input channels, but the input has ${channels}; both channel counts must be multiples of the groups`,
    );
  }
  if (groups > 1 && inputs === 1) {
    const depthwise = reshapeTensor(weight, [height, width, channels, outputs / channels]);
    return choice('depthwise-conv2d', depthwise, { strides, dilations, padding });
  }
  const isPointwise =
    groups === 1 &&
    dilatedExtent(height, dilations[0]) === 1 &&
    dilatedExtent(width, dilations[1]) === 1 &&
    strides[0] === 1 &&
    strides[1] === 1 &&
    padding.top + padding.bottom + padding.left + padding.right === 0;
  if (isPointwise) return choice('pointwise-conv2d', weight, {});
  return choice('conv2d', weight, { strides, dilations, padding, groups });
}

/** What of a transposed convolution along one dimension is cut off in front and behind, and what is added behind. */
export interface TransposedCut {
  readonly before: number;
  readonly after: number;
  readonly added: number;
}

/**
 * What leaves `size` of the `whole` that the windows of a transposed convolution span, as TensorFlow counts: SAME cuts off as
 * much in front as the convolution the other way would have padded, VALID nothing. What else is too much is cut off behind,
 * what is missing is added there.
 */
export function transposedCut(whole: number, size: number, isSame: boolean): TransposedCut {
  const before = isSame ? Math.floor(Math.max(0, whole - size) / 2) : 0;
  const rest = whole - before - size;
  return { before, after: Math.max(0, rest), added: Math.max(0, -rest) };
}
