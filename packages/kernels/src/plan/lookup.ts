/** @file Planning of a table of bytes. */
import { elementCount, storedRange } from '@sepconv/tensor';
import { flatUnit } from './elementwise.js';
import type { FusedNode } from './fuse.js';
import { type ByteType, byteTypeOf, prefixOf, storedOperand, typeOfInput } from './integers.js';
import { shapeOf } from './shapes.js';
import type { PlanContext, PlannedKernel } from './step.js';

/** The table's entry at each byte. A unit of work is the next `inner` bytes. */
export interface LookupKernel {
  readonly kind: 'lookup';
  readonly name: string;
  readonly dtype: ByteType;
  /** The integer whose entry is the table's first. */
  readonly least: number;
  readonly inner: number;
  /** Bytes in all; the last unit may have fewer. */
  readonly length: number;
}

/** `lookup`. */
export function planLookup(context: PlanContext, fused: FusedNode): PlannedKernel[] {
  const dtype = byteTypeOf(typeOfInput(context, fused, 0));
  const length = elementCount(shapeOf(context, fused.output));
  const kernel: LookupKernel = {
    kind: 'lookup',
    name: `${prefixOf(dtype)}_lookup__scalar`,
    dtype,
    least: storedRange(dtype).min,
    inner: Math.min(flatUnit, length),
    length,
  };
  const output = { kind: 'value' as const, value: fused.output };
  const operands = [storedOperand(context, fused, 0), storedOperand(context, fused, 1), output];
  const units = Math.ceil(length / kernel.inner);
  return [{ kernel, units, operands, output: fused.output, outputBytes: length }];
}
