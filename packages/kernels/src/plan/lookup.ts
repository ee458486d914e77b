/** @file Planning of a table of bytes. */
import type { FusedNode } from '@sepconv/graph';
import { elementCount, storedRange } from '@sepconv/tensor';
import { flatUnit } from './elementwise.js';
import { type ByteType, byteTypeOf, prefixOf } from './integers.js';
import { oneStep, shapeOf, typeOfInput } from './operands.js';
import type { PlanContext, PlannedStep } from './step.js';

/** The table's entry at each byte. A unit of work is the next `inner` bytes, some rows where each channel has a table. */
export interface LookupKernel {
  readonly kind: 'lookup';
  readonly name: string;
  readonly dtype: ByteType;
  /** The integer whose entry is the table's first. */
  readonly least: number;
  /** Rows of the table: 1, or the channels, that is the length of the input's rows. */
  readonly rows: number;
  readonly inner: number;
  /** Bytes in all; the last unit may have fewer. */
  readonly length: number;
}

/** `lookup`. */
export function planLookup(context: PlanContext, fused: FusedNode): PlannedStep<LookupKernel>[] {
  const dtype = byteTypeOf(typeOfInput(context, fused, 0));
  const length = elementCount(shapeOf(context, fused.output));
  const rows = elementCount(typeOfInput(context, fused, 1).shape) / 256;
  const kernel: LookupKernel = {
    kind: 'lookup',
    name: `${prefixOf(dtype)}_lookup${rows > 1 ? '_rows' : ''}__scalar`,
    dtype,
    least: storedRange(dtype).min,
    rows,
    inner: Math.min(rows * Math.max(1, Math.floor(flatUnit / rows)), length),
    length,
  };
  return oneStep(context, fused, kernel, Math.ceil(length / kernel.inner));
}
