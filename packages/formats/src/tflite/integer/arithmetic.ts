import { storedRange } from '@sepconv/tensor';
import type { NodeResult, OperatorContext } from '../context.js';
import { readPoolWindow } from '../ops/pool2d.js';
import { imageShape } from '../ops/window.js';
import { meansTheSame } from './moves.js';
import { byteValue, storedOutput, tfliteBound } from './operands.js';
import { storedAs, tableOf, tableParameter } from './tables.js';

/** ADD and MUL, broadcast. */
const readBinary =
  (op: 'quantized-add' | 'quantized-mul', optionsType: number) =>
  (context: OperatorContext): NodeResult | undefined => {
    const [a, b] = [byteValue(context, 0), byteValue(context, 1)];
    const output = storedOutput(context, context.options(optionsType).int8(0, 'fused_activation_function'));
    if (a === undefined || b === undefined || output === undefined) return undefined;
    return context.node(op, [a, b], { output }, { isStored: true });
  };

/**
 * SUB as an addition of bytes with their bits turned, which count from as far on the other side of the zero point: the same sums.
 *
 * Source: XNNPACK, src/microparams-init.c, `xnn_init_qs8_add_minmax_scalar_params`, of b's scale with its sign turned.
 */
export function readIntegerSub(context: OperatorContext): NodeResult | undefined {
  const [a, b] = [byteValue(context, 0), byteValue(context, 1)];
  const output = storedOutput(context, context.options(28).int8(0, 'fused_activation_function'));
  if (a === undefined || b === undefined || output === undefined) return undefined;
  const { dtype, scale, zeroPoint } = storedAs(context.tensor(1));
  const { min, max } = storedRange(dtype);
  const turned = { dtype, scale, zeroPoint: min + max - zeroPoint };
  const table = tableOf(turned, turned, [(stored) => min + max - stored]);
  const negated = context.helper('lookup', [b, tableParameter(context, table)], {});
  return context.node('quantized-add', [a, negated], { output }, { isStored: true });
}

export const readIntegerAdd = readBinary('quantized-add', 11);
export const readIntegerMul = readBinary('quantized-mul', 21);

/** AVERAGE_POOL_2D. No delegate takes it, so that TensorFlow Lite's own kernel divides the stored integers. */
export function readIntegerAveragePool2d(context: OperatorContext): NodeResult | undefined {
  const input = byteValue(context, 0);
  if (input === undefined) return undefined;
  const { isGlobal, attributes, activation } = readPoolWindow(context);
  const output = storedOutput(context, activation, tfliteBound);
  if (output === undefined || !meansTheSame(context.tensor(0), context.output)) return undefined;
  if (isGlobal) {
    const stored = { output, requantize: 'stored' } as const;
    return context.node('quantized-global-average-pool2d', [input], stored, { isStored: true });
  }
  const counting = { ...attributes, countIncludePadding: false };
  if (output.min === undefined && output.max === undefined)
    return context.node('average-pool2d', [input], counting, { isStored: true });
  // Bounds of the activation inside the type's are rare; stored integers keep their values on the way through real numbers.
  const pooled = context.helper('average-pool2d', [input], counting);
  return context.node('dequantize', [pooled], {}, { activation });
}

/** Whether the axes are height and width of an image. */
function readsImageMean(context: OperatorContext): boolean {
  const axes = new Set(context.integers(1, 'the axes').map((axis) => (axis < 0 ? axis + 4 : axis)));
  return axes.size === 2 && axes.has(1) && axes.has(2);
}

/** MEAN over height and width. */
export function readIntegerMean(context: OperatorContext): NodeResult | undefined {
  const [input, output] = [byteValue(context, 0), storedOutput(context)];
  if (input === undefined || output === undefined || context.shape(0).length !== 4) return undefined;
  if (!readsImageMean(context)) return undefined;
  if (context.options(27).boolean(0, 'keep_dims')) {
    return context.node('quantized-global-average-pool2d', [input], { output }, { isStored: true });
  }
  const [batch, , , channels] = imageShape(context);
  const pooled = context.helper('quantized-global-average-pool2d', [input], { output });
  return context.node('reshape', [pooled], { shape: [batch, channels] }, { isStored: true });
}
