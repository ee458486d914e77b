import { createTensor, type Tensor } from '@sepconv/tensor';
import type { NodeResult, OperatorContext } from '../context.js';
import { softmaxBeta } from '../ops/activations.js';
import { expf } from './exponential.js';
import { fround } from './fixed-point.js';
import { byteValue, storedOutput } from './operands.js';
import { storedAs, tableParameter } from './tables.js';

/**
 * The table of a softmax: the exponential of each distance from the largest integer, 0 to 255, of numbers with this scale.
 *
 * Source: TensorFlow Lite, kernels/internal/optimized/optimized_ops.h, `PopulateSoftmaxLookupTable`.
 *
 * @internal
 */
export function softmaxTable(scale: number, beta = 1): Tensor<'float32'> {
  const slope = fround(-fround(scale) * fround(beta));
  return createTensor(
    'float32',
    [256],
    Float32Array.from({ length: 256 }, (_, distance) => expf(fround(slope * distance))),
  );
}

/**
 * SOFTMAX with a table of exponentials. Where uint8 is stored, the runtime leaves out the zero point.
 *
 * Source: TensorFlow Lite, kernels/internal/optimized/optimized_ops.h, `Softmax` and `QuantizeSoftmaxOutput`.
 */
export function readIntegerSoftmax(context: OperatorContext): NodeResult | undefined {
  const [input, output] = [byteValue(context, 0), storedOutput(context)];
  if (input === undefined || output === undefined || context.shape(0).length === 0) return undefined;
  const { dtype, scale } = storedAs(context.tensor(0));
  if (dtype !== output.dtype) return undefined;
  const table = tableParameter(context, softmaxTable(scale, softmaxBeta(context)));
  const { zeroPoint } = output;
  if (dtype === 'int8' || zeroPoint === 0)
    return context.node('quantized-softmax', [input, table], { output }, { isStored: true });
  const shares = context.helper('quantized-softmax', [input, table], { output: { ...output, zeroPoint: 0 } });
  const quantization = { scale: [output.scale], zeroPoint: [zeroPoint] };
  return context.node('reinterpret', [shares], { quantization }, { isStored: true });
}
