import type { Tensor } from '@sepconv/tensor';
import type { FileTensor } from './types.ts';

/** The tolerances of ONNX's own runner, which has them for integers too: here only real numbers may be off. */
const relative = 1e-3;
const absolute = 1e-7;

/** Whether a type holds real numbers. */
const isReal = (type: string): boolean => /float/.test(type);

/**
 * The first disagreement in words, or `undefined`. NaN equals NaN, and an infinity the one of its sign only; integers have to
 * be the same.
 */
export function disagreement(actual: Tensor, expected: FileTensor): string | undefined {
  if (actual.shape.join() !== expected.shape.join()) {
    return `gives the shape ${actual.shape.join('×')} instead of ${expected.shape.join('×')}`;
  }
  const slack = isReal(expected.type) ? 1 : 0;
  for (let i = 0; i < expected.data.length; i++) {
    const a = actual.data[i] as number;
    const e = expected.data[i] as number;
    if (Object.is(a, e) || a === e) continue;
    const bound = Number.isFinite(e) ? slack * (absolute + relative * Math.abs(e)) : 0;
    if (!(Math.abs(a - e) <= bound)) return `gives ${a} instead of ${e} at element ${i}`;
  }
  return undefined;
}
