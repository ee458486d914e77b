/**
 * @file The way back through a stride, along one axis: the gradient of a convolution's input, and a transposed convolution, which
 * is the same thing. Position y of the convolution's input belongs to positions o of its output with
 * y = o · stride + i · dilation − padding, so for each remainder of y + padding only every so-many-th tap i counts. The positions
 * with one remainder are a phase: y = first + stride · q, and there
 *
 *   ∂L/∂input[q] = Σ_t gradient[q + offset + t · dilation'] · weight[taps[t]]
 *
 * is a convolution without stride, over a part of the window. A stride of 1 has one phase, with all taps in reverse order. A
 * transposed convolution reads its own input where this says `gradient`, and writes its output where it says `∂L/∂input`.
 */

/** The positions of an axis with one remainder. */
export interface Phase {
  readonly first: number;
  readonly count: number;
  /** Taps of the window in the order in which the gradient is read; never empty. */
  readonly taps: readonly number[];
  /** From a tap's gradient to the next one's. */
  readonly dilation: number;
  /** From q to the first tap's gradient; may be negative, for what lies before the first. */
  readonly offset: number;
}

/** One axis of a convolution. */
export interface Axis {
  readonly input: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  readonly paddingBefore: number;
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** The phases that get any gradient at all; positions of the others get none. */
export function phasesAlong({ input, window, stride, dilation, paddingBefore }: Axis): readonly Phase[] {
  const phases: Phase[] = [];
  for (let first = 0; first < Math.min(stride, input); first++) {
    const taps: number[] = [];
    for (let i = window - 1; i >= 0; i--) {
      if ((first + paddingBefore - i * dilation) % stride === 0) taps.push(i);
    }
    const [tap] = taps;
    if (tap === undefined) continue;
    phases.push({
      first,
      count: Math.ceil((input - first) / stride),
      taps,
      dilation: dilation / divisor(dilation, stride),
      offset: (first + paddingBefore - tap * dilation) / stride,
    });
  }
  return phases;
}

/** Positions of the gradient that a phase reads, those before the first and behind the last included. */
export function phaseReach({ count, taps, dilation }: Phase): number {
  return count + (taps.length - 1) * dilation;
}

/**
 * A phase in parts that each read only the `size` positions that there are: at the borders with fewer taps. `stride` apart as
 * the phase's own positions are. Positions that no tap reaches are in none.
 */
export function insideParts(phase: Phase, size: number, stride: number): readonly Phase[] {
  const { first, count, taps, dilation, offset } = phase;
  const parts: { from: number; count: number; firstTap: number; endTap: number }[] = [];
  for (let q = 0; q < count; q++) {
    const firstTap = Math.max(0, Math.ceil(-(q + offset) / dilation));
    const endTap = Math.min(taps.length, Math.ceil((size - q - offset) / dilation));
    if (firstTap >= endTap) continue;
    const last = parts.at(-1);
    const joins = last?.firstTap === firstTap && last.endTap === endTap && last.from + last.count === q;
    if (joins) last.count++;
    else parts.push({ from: q, count: 1, firstTap, endTap });
  }
  return parts.map((part) => ({
    first: first + part.from * stride,
    count: part.count,
    taps: taps.slice(part.firstTap, part.endTap),
    dilation,
    offset: part.from + offset + part.firstTap * dilation,
  }));
}
