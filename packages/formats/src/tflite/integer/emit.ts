/** @file How results become graph values in integer arithmetic: what the file stores as bytes is bytes in the graph. */
import { refuse } from '../../errors.js';
import { chooseClamp, everything, type Interval } from '../../range.js';
import { describeTensor } from '../constants.js';
import { type NodeResult, type OperatorContext, type OperatorResult, valueName } from '../context.js';
import type { TfliteTensor } from '../model.js';
import { activationInterval, type ValueQuantization, valueQuantization } from '../range.js';

/** How a value's bytes are stored; `undefined` for real numbers. */
export function byteQuantization(
  tensor: TfliteTensor,
): (ValueQuantization & { readonly dtype: 'int8' | 'uint8' }) | undefined {
  const quantization = valueQuantization(tensor);
  if (quantization === undefined) return undefined;
  const { dtype } = quantization;
  if (dtype === 'int16')
    refuse(
      `${describeTensor(tensor)} holds int16, but integer arithmetic computes int8 and uint8: read the model with arithmetic 'float32'`,
    );
  return { ...quantization, dtype };
}

/** A node of real numbers behind its fused activation. */
function emitReal(context: OperatorContext, result: NodeResult): string {
  const inner = context.emitHelper(result);
  const bounds: Interval = activationInterval(result.activation ?? 0);
  const clamp = chooseClamp(result.range ?? everything, bounds, 0);
  if (clamp === undefined) return inner;
  const { op, ...attributes } = clamp;
  return op === 'clamp' ? context.helper('clamp', [inner], attributes) : context.helper(op, [inner], {});
}

/** The stored integers at input 0, where they are stored as the output is. */
function sameIntegers(context: OperatorContext, { dtype, scale, zeroPoint }: ValueQuantization) {
  const stored = context.storedValue(0);
  const type = stored === undefined ? undefined : context.state.builder.typeOf(stored);
  const isSame =
    type?.dtype === dtype &&
    type.quantization?.axis === undefined &&
    type.quantization?.scale[0] === scale &&
    type.quantization?.zeroPoint[0] === zeroPoint;
  return isSame ? stored : undefined;
}

/**
 * The graph value of a result that the file stores as bytes. A result of real numbers is quantized; one of integers is
 * stored already.
 */
export function emitStored(
  context: OperatorContext,
  result: OperatorResult,
  tensor: TfliteTensor,
  quantization: NonNullable<ReturnType<typeof byteQuantization>>,
): string {
  const { builder, outputs } = context.state;
  const isOutput = outputs.has(tensor.index);
  const unique = (name: string): string => builder.uniqueName(name);
  if (result.kind === 'node' && result.isStored) {
    // Inside, the layer's name says more than the file's name of the value, as in float32.
    const base = result.activation === undefined || isOutput ? valueName(tensor) : context.layer;
    return result.emit(unique(base));
  }
  if (result.kind === 'same') {
    const integers = sameIntegers(context, quantization);
    if (integers !== undefined && !isOutput) return integers;
    if (integers !== undefined) {
      return builder.node('reshape', [integers], { shape: context.shape(0) }, unique(valueName(tensor)));
    }
  }
  const real = result.kind === 'same' ? context.value(0) : emitReal(context, result);
  const { dtype, scale, zeroPoint } = quantization;
  const attributes = { dtype, scale: [scale], zeroPoint: [zeroPoint], by: 'reciprocal' } as const;
  return builder.node('quantize', [real], attributes, unique(valueName(tensor)));
}
