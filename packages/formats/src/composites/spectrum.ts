/** @file The discrete Fourier transform of real numbers, as a product with a constant matrix. */
import { createTensor } from '@sepconv/tensor';
import { type Composer, type Step, step } from './composer.js';

/** Real and imaginary parts of a spectrum, each `[rows, n/2 + 1]`. */
export interface Spectrum {
  readonly real: string;
  readonly imaginary: string;
}

/** `Σ x[t] · e^(−2πi·k·t/n)` for k from 0 to n/2, of rows of n numbers; shorter rows are continued by zeros, longer ones cut. */
export function realSpectrum(c: Composer, rows: string, length: number): Spectrum {
  const [count = 0, width = 0] = c.shape(rows);
  const used = Math.min(width, length);
  const samples =
    used === width
      ? rows
      : c.add(step('slice', [rows], { starts: [0, 0], ends: [count, used], steps: [1, 1] }));
  const bins = Math.floor(length / 2) + 1;
  const product = (turn: (angle: number) => number): string => {
    const matrix = Float32Array.from({ length: used * bins }, (_, i) => {
      const [sample, bin] = [Math.floor(i / bins), i % bins];
      // Whole turns are left out, so that the angle is exact.
      return turn((-2 * Math.PI * ((sample * bin) % length)) / length);
    });
    return c.add(step('dense', [samples, c.constant(createTensor('float32', [used, bins], matrix))], {}));
  };
  return { real: product(Math.cos), imaginary: product(Math.sin) };
}

/** The absolute values of a spectrum. */
export const magnitudes = (c: Composer, { real, imaginary }: Spectrum): Step =>
  step('sqrt', [c.plain('add', c.plain('mul', real, real), c.plain('mul', imaginary, imaginary))]);
