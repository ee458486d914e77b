import { formatShape } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { chooseClamp, everything } from '../../range.js';
import type { NodeContext } from '../context.js';
import type { Value } from '../layout.js';

const storedRanges: ReadonlyMap<string, readonly [min: number, max: number]> = new Map([
  ['uint8', [0, 255]],
  ['int8', [-128, 127]],
  ['uint16', [0, 65535]],
  ['int16', [-32768, 32767]],
]);

/** Scale and zero point of the whole tensor; without a zero point the type is uint8. */
function readQuantization(context: NodeContext): { type: string; scale: number; zeroPoint: number } {
  const scale = context.constant(1, 'the scale');
  const zeroPoint = context.has(2) ? context.constant(2, 'the zero point') : undefined;
  if (scale.data.length !== 1 || (zeroPoint !== undefined && zeroPoint.data.length !== 1)) {
    refuse(
      `quantizes what the network computes with ${formatShape(scale.shape)} scales; only one for the whole tensor is supported`,
    );
  }
  const [step = 0] = scale.data;
  if (!(step > 0 && Number.isFinite(step)))
    refuse(`has the scale ${step}, which must be positive and finite`);
  return { type: zeroPoint?.type ?? 'uint8', scale: step, zeroPoint: zeroPoint?.data[0] ?? 0 };
}

/** QuantizeLinear: the numbers stay real; what the type cannot store is cut off, as in the quantized network. */
export function readQuantize(context: NodeContext): Value {
  const value = context.value(0);
  const { type, scale, zeroPoint } = readQuantization(context);
  const range = storedRanges.get(type);
  if (range === undefined)
    refuse(`quantizes to ${type}; ${[...storedRanges.keys()].join(', ')} are supported`);
  const [min, max] = range.map((stored) => Math.fround(scale * (stored - zeroPoint))) as [number, number];
  const clamp = chooseClamp(everything, { min, max }, scale) ?? { op: 'clamp', min, max };
  const { op, ...bounds } = clamp;
  const input = [value.name];
  const name = op === 'clamp' ? context.emit('clamp', input, bounds) : context.emit(op, input, {});
  return { ...value, name, stored: { scale, zeroPoint } };
}

/** DequantizeLinear of what QuantizeLinear gave: the numbers are real already. */
export function readDequantize(context: NodeContext): Value {
  const { stored, ...value } = context.value(0);
  const { scale, zeroPoint } = readQuantization(context);
  if (stored === undefined || stored.scale !== scale || stored.zeroPoint !== zeroPoint) {
    refuse('reads quantized numbers with another scale or zero point than they were stored with');
  }
  return value;
}
