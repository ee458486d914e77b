import type { NodeResult, OperatorContext } from '../context.js';
import { resizeBilinear } from '../ops/resize2d.js';
import { meansTheSame } from './moves.js';
import { byteValue } from './operands.js';

/**
 * RESIZE_BILINEAR in fixed point.
 *
 * Source: XNNPACK, src/s8-ibilinear.
 */
export function readIntegerResizeBilinear(context: OperatorContext): NodeResult | undefined {
  const input = byteValue(context, 0);
  if (input === undefined || !meansTheSame(context.tensor(0), context.output)) return undefined;
  const { size, coordinates } = resizeBilinear(context);
  if (coordinates !== 'half-pixel' && coordinates !== 'align-corners' && coordinates !== 'asymmetric')
    return undefined;
  return context.node('quantized-resize2d', [input], { size, coordinates }, { isStored: true });
}
