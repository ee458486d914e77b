import type { Weights } from '@sepconv/graph';
import { encodeFloat16, type Tensor, toFloat32 } from '@sepconv/tensor';
import { GpuError } from './errors.js';
import { isHalf, type Operand } from './plan/operands.js';
import { bindingAlignment, type GpuPlan, type Place } from './plan/plan.js';

/** What kernels read besides values: each parameter and each constant once. */
export interface PlacedWeights {
  readonly bytes: number;
  placeOf(operand: Operand): Place;
  /** Writes all of them. */
  write(target: ArrayBuffer): void;
}

/** The largest number of 16 bits, and the half of a step above it, from which on a number becomes an infinity. */
const largestHalf = 65504;
const halfStep = 16;

/** Names of the weights that are numbers of 16 bits when they are rounded: none of them is too large, or no number at all. */
export function halvable(weights: Weights): ReadonlySet<string> {
  const fits = (tensor: Tensor): boolean =>
    toFloat32(tensor).data.every((value) => Math.abs(value) < largestHalf + halfStep);
  return new Set([...weights].filter(([, tensor]) => fits(tensor)).map(([name]) => name));
}

const keyOf = (operand: Operand): unknown => {
  if (operand.kind === 'constant') return operand.data;
  return operand.kind === 'parameter' ? `${isHalf(operand)} ${operand.name}` : undefined;
};

/**
 * Gives parameters and constants of a plan their places in one buffer.
 *
 * @throws {GpuError} when a parameter is missing.
 */
export function placeWeights({ steps, outputs }: GpuPlan, weights: Weights): PlacedWeights {
  const places = new Map<unknown, Place & { readonly data: Float32Array; readonly isHalf: boolean }>();
  let bytes = 0;
  const place = (operand: Operand): void => {
    if (operand.kind === 'value' || places.has(keyOf(operand))) return;
    const tensor = operand.kind === 'parameter' ? weights.get(operand.name) : undefined;
    if (operand.kind === 'parameter' && tensor === undefined)
      throw new GpuError(
        `the network has no weight "${operand.name}": give those of the graph that is compiled`,
      );
    const data =
      operand.kind === 'constant' ? operand.data : toFloat32(tensor as NonNullable<typeof tensor>).data;
    const size = data.length * (isHalf(operand) ? 2 : 4);
    const needed = { offset: bytes, bytes: Math.ceil(size / 16) * 16, data, isHalf: isHalf(operand) };
    places.set(keyOf(operand), needed);
    bytes += Math.ceil(size / bindingAlignment) * bindingAlignment;
  };
  for (const { operands } of steps) operands.forEach(place);
  for (const { source } of outputs) place(source);
  return {
    bytes,
    placeOf: (operand) => places.get(keyOf(operand)) as Place,
    write: (target) => {
      for (const { offset, data, isHalf } of places.values()) {
        if (isHalf) new Uint16Array(target, offset, data.length).set(Uint16Array.from(data, encodeFloat16));
        else new Float32Array(target, offset, data.length).set(data);
      }
    },
  };
}
