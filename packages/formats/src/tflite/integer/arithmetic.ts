import type { NodeResult, OperatorContext } from '../context.js';
import { readsImageMean } from '../ops/global-pool2d.js';
import { readPoolWindow } from '../ops/pool2d.js';
import { imageShape } from '../ops/window.js';
import { byteValue, requantize, storedOutput } from './operands.js';

/** ADD and MUL, broadcast. */
const readBinary =
  (op: 'quantized-add' | 'quantized-mul', optionsType: number) =>
  (context: OperatorContext): NodeResult | undefined => {
    const [a, b] = [byteValue(context, 0), byteValue(context, 1)];
    const output = storedOutput(context, context.options(optionsType).int8(0, 'fused_activation_function'));
    if (a === undefined || b === undefined || output === undefined) return undefined;
    const attributes = op === 'quantized-mul' ? { output, requantize } : { output };
    return context.node(op, [a, b], attributes, { isStored: true });
  };

export const readIntegerAdd = readBinary('quantized-add', 11);
export const readIntegerMul = readBinary('quantized-mul', 21);

/** AVERAGE_POOL_2D whose window is the whole image; smaller ones are computed as real numbers. */
export function readIntegerAveragePool2d(context: OperatorContext): NodeResult | undefined {
  const input = byteValue(context, 0);
  if (input === undefined) return undefined;
  const { isGlobal, activation } = readPoolWindow(context);
  const output = storedOutput(context, activation);
  if (!isGlobal || output === undefined) return undefined;
  // No delegate takes it, so that TensorFlow Lite's own kernel divides the stored integers.
  const stored = { output, requantize: 'stored' } as const;
  return context.node('quantized-global-average-pool2d', [input], stored, { isStored: true });
}

/** MEAN over height and width. */
export function readIntegerMean(context: OperatorContext): NodeResult | undefined {
  const [input, output] = [byteValue(context, 0), storedOutput(context)];
  if (input === undefined || output === undefined || context.shape(0).length !== 4) return undefined;
  if (!readsImageMean(context)) return undefined;
  if (context.options(27).boolean(0, 'keep_dims')) {
    return context.node(
      'quantized-global-average-pool2d',
      [input],
      { output, requantize },
      { isStored: true },
    );
  }
  const [batch, , , channels] = imageShape(context);
  const pooled = context.helper('quantized-global-average-pool2d', [input], { output, requantize });
  return context.node('reshape', [pooled], { shape: [batch, channels] }, { isStored: true });
}
