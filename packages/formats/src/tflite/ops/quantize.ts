import type { OperatorContext, OperatorResult } from '../context.js';

/**
 * QUANTIZE and DEQUANTIZE change how numbers are stored and not which numbers are meant. What the new type cannot store
 * is cut off by the importer, as behind every op.
 */
export function readRequantization(_context: OperatorContext): OperatorResult {
  return { kind: 'same' };
}
