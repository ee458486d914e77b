/**
 * @file What planners take a machine to be: as it was measured, or the least that is in common use. Nothing here changes a bit of
 * a result.
 */

/** Sizes of a core's data caches, in bytes, as loads that wait for one another find them. */
export interface CacheSizes {
  readonly first: number;
  readonly second: number;
}

/** A machine by what it does, not by its name. */
export interface Machine {
  /** 10⁹ multiplications and additions in a second, in a matrix product that lies in the first-level cache. */
  readonly gflops: number;
  /** How many times as long a depthwise convolution takes for each channel whose pixels lie 4 KB apart. */
  readonly aliasCost: number;
  readonly caches: CacheSizes;
  /** Nanoseconds of a load that waits for the one before: from the first- and second-level cache, and from behind them. */
  readonly latencies: { readonly first: number; readonly second: number; readonly beyond: number };
}

/** What cuts of kernels are decided by, in bytes of caches. Each says which layers it decides over. */
export interface CacheLimits {
  /**
   * A row of an image from which on output rows share it in wide registers: depthwise convolutions with stride 1 of long rows
   * (Xception's 19×19×728, 147×147×128). Below, a layer by itself is a tenth faster too, but MobileNetV1 and V2 as wholes are
   * not, and would take longer to load.
   */
  readonly longRow: number;
  /** Weights that stay while an image's lines pass: convolutions of larger windows (3×3 of 28×28×128 to 128) go by panels above. */
  readonly residentWeights: number;
  /** Rows of a block of tiles, which are read again for each panel: pointwise convolutions with many input channels (7×7×1024). */
  readonly blockRows: number;
  /** Widened rows of a unit, beside a panel: pointwise convolutions of integers whose weights are widened for each unit. */
  readonly widenedRows: number;
  /** Widened rows of a whole image: below, pointwise convolutions of integers widen weights once for all pixels (14×14×96). */
  readonly sharedRows: number;
  /** Pairs of rows of a unit: depthwise convolutions of integers on large images (112×112×96). */
  readonly rowPairs: number;
  /** Scratch of a strip: inverted residuals and separable convolutions that run fused, wherever they do. */
  readonly stripScratch: number;
  /** Weights that every strip reads again: which inverted residuals are fused by estimate (MobileNetV2's at 112×112). */
  readonly stripWeights: number;
  /**
   * Whether pixels that lie a multiple of 2 KB apart share their places in the first-level cache: depthwise convolutions of 512,
   * 1024, 1536 … channels are staged there.
   */
  readonly hasAliases: boolean;
}

/** The least that is in common use: 32 KB since long ago, 512 KB since AMD's Zen. */
export const leastCaches: CacheSizes = { first: 32 * 1024, second: 512 * 1024 };

/** From so many times the time of a channel on, staging pays. */
const leastAliasCost = 1.2;

/** Limits for a machine; by default those for the least one, which lose least on any. */
export function limitsFor({ caches, aliasCost }: Pick<Machine, 'caches' | 'aliasCost'>): CacheLimits {
  const { first, second } = caches;
  return {
    longRow: first,
    residentWeights: second,
    blockRows: (3 * second) / 16,
    widenedRows: second / 8,
    sharedRows: second / 2,
    rowPairs: second / 4,
    stripScratch: second,
    stripWeights: second / 2,
    hasAliases: aliasCost >= leastAliasCost,
  };
}

/** Where nothing was measured. */
export const usualLimits = limitsFor({ caches: leastCaches, aliasCost: Infinity });

/** How many times as large a number of the same machine may be when it is measured again, with others at work beside. */
const tolerances = { gflops: 1.5, aliasCost: 1.8, first: 1.6, second: 2.1, latency: 1.8 } as const;

/** Whether two machines are the same as far as was measured: nothing, or the first number that is another one, in words. */
export function machineDifference(known: Machine, here: Machine): string | undefined {
  const numbers: readonly (readonly [string, number, number, number])[] = [
    ['KB of first-level cache', known.caches.first / 1024, here.caches.first / 1024, tolerances.first],
    ['KB of second-level cache', known.caches.second / 1024, here.caches.second / 1024, tolerances.second],
    ['GFLOP/s', known.gflops, here.gflops, tolerances.gflops],
    ['times as long for pixels 4 KB apart', known.aliasCost, here.aliasCost, tolerances.aliasCost],
    ['ns from the first-level cache', known.latencies.first, here.latencies.first, tolerances.latency],
    ['ns from the second-level cache', known.latencies.second, here.latencies.second, tolerances.latency],
  ];
  const other = numbers.find(([, a, b, most]) => Math.max(a / b, b / a) > most);
  if (other === undefined) return undefined;
  const [what, a, b] = other;
  const shown = (value: number): string =>
    String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
  return `${shown(a)} ${what}, here ${shown(b)}`;
}
