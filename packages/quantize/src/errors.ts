import { SepconvError } from '@sepconv/tensor';

/** A quantization that was asked for and does not exist: unusable samples, ranges or weights, or an impossible option. */
export class QuantizeError extends SepconvError {
  override readonly name: string = 'QuantizeError';
}

/** What a value is that somebody gave without types, in words. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return value.constructor?.name ?? 'an object';
  return typeof value === 'string' ? `the text "${value.slice(0, 40)}"` : String(value);
}
