import { elementCount, formatShape, type Tensor } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import type { NodeResult, OperatorContext } from '../context.js';
import { conv2dGeometry } from '../ops/conv2d.js';
import { depthwiseGeometry } from '../ops/depthwise-conv2d.js';
import { byteValue, layerParameters, storedOutput, storedWeight } from './operands.js';

/** CONV_2D: weight `[C_out, K_h, K_w, C_in / groups]`, quantized as a whole or for each output channel. */
export function readIntegerConv2d(context: OperatorContext): NodeResult | undefined {
  const [input, stored] = [byteValue(context, 0), storedWeight(context, 1)];
  if (input === undefined || stored === undefined) return undefined;
  const { activation, ...geometry } = conv2dGeometry(context, stored.shape);
  const output = storedOutput(context, activation);
  if (output === undefined) return undefined;
  const names = layerParameters(context, context.transposed(stored, [1, 2, 3, 0]));
  return (
    names &&
    context.node(
      'quantized-conv2d',
      [input, ...names],
      { ...geometry, output },
      { activation, isStored: true },
    )
  );
}

/** DEPTHWISE_CONV_2D: weight `[1, K_h, K_w, C · M]`, which is a convolution's with a group for each channel. */
export function readIntegerDepthwiseConv2d(context: OperatorContext): NodeResult | undefined {
  const [input, stored] = [byteValue(context, 0), storedWeight(context, 1)];
  if (input === undefined || stored === undefined) return undefined;
  const { activation, window, multiplier, ...geometry } = depthwiseGeometry(context, stored.shape);
  const output = storedOutput(context, activation);
  if (output === undefined) return undefined;
  const outputs = stored.shape[3] as number;
  const weight: Tensor<'int8' | 'uint8'> = { ...stored, shape: [...window, 1, outputs] };
  const names = layerParameters(context, weight);
  const attributes = { ...geometry, groups: outputs / multiplier, output };
  return (
    names && context.node('quantized-conv2d', [input, ...names], attributes, { activation, isStored: true })
  );
}

/** FULLY_CONNECTED: weight `[C_out, C_in]`. The input is read as rows of C_in numbers, as in float32. */
export function readIntegerDense(context: OperatorContext): NodeResult | undefined {
  const options = context.options(8);
  const [input, stored] = [byteValue(context, 0), storedWeight(context, 1)];
  const activation = options.int8(0, 'fused_activation_function');
  const output = storedOutput(context, activation);
  // What is stored for one kind of processor is refused where float32 is read.
  const isShuffled = options.int8(1, 'weights_format') !== 0;
  if (input === undefined || stored === undefined || output === undefined || isShuffled) return undefined;
  const [outputs = 0, inputs = 0] = stored.shape;
  const shape = context.shape(0);
  const rows = elementCount(shape) / inputs;
  if (stored.shape.length !== 2 || !Number.isInteger(rows)) {
    refuse(
      `the weight ${formatShape(stored.shape)} must be [C_out, C_in], and C_in divide the input ${formatShape(shape)}`,
    );
  }
  const names = layerParameters(context, context.transposed(stored, [1, 0]));
  if (names === undefined) return undefined;
  const isRows = shape.length === 2 && shape[1] === inputs;
  const flat = isRows ? input : context.helper('reshape', [input], { shape: [rows, inputs] });
  const product = [flat, ...names];
  const more = { activation, isStored: true } as const;
  if (!options.boolean(2, 'keep_num_dims') || shape.length === 2) {
    return context.node('quantized-matmul', product, { output }, more);
  }
  const result = context.helper('quantized-matmul', product, { output });
  return context.node('reshape', [result], { shape: [...shape.slice(0, -1), outputs] }, more);
}
