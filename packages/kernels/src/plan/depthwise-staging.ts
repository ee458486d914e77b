/**
 * @file Staging of depthwise convolutions whose pixels share their place in the first-level cache.
 *
 * Where pixels lie a multiple of 2 KB apart, all lines that a block reads fall into one or two sets of the cache, which hold
 * eight or twelve: each line comes from the second-level cache for every tap, one after the other. There a unit of work is a
 * strip of channels. It copies its rows into scratch as it comes to them, a few at a time, where pixels lie a cache line
 * further apart than the strip is wide, and computes from that.
 */
import { dilatedExtent, type HeightWidth } from '@sepconv/graph';
import { floatBytes, lanes } from './sizes.js';

/** A unit's strip, and the rows that it keeps. */
export interface Staging {
  /** Channels of a strip; the convolution's are a multiple of it. */
  readonly channels: number;
  /** Rows of scratch, a power of two: row y of the image lies in row y modulo this. */
  readonly rows: number;
}

/** What staging depends on, of a depthwise convolution. */
interface Staged {
  readonly input: HeightWidth;
  readonly channels: number;
  readonly multiplier: number;
  readonly window: HeightWidth;
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly integers?: object;
}

/** Pixels this far apart, or a multiple of it, share their place in the first-level cache with every second other. */
const aliasBytes = 2048;

/** Between the strips of two pixels, so that they do not share their places either: a cache line. */
const gapBytes = 64;

/**
 * Channels of a strip as usual: what is copied of a pixel lies in one piece, long enough for the processor to read ahead. Where all
 * pixels share one place it is longer, since one after the other is waited for.
 */
export const usualStrip = ({ channels }: Pick<Staged, 'channels'>): number =>
  (channels * floatBytes) % (2 * aliasBytes) === 0 ? 128 : 64;

/** Bytes from a pixel to the next in scratch. */
export function stagedPixelBytes({ channels }: Pick<Staging, 'channels'>): number {
  return channels * floatBytes + gapBytes;
}

/** Bytes of scratch. */
export function stagingBytes({ input }: Pick<Staged, 'input'>, staging: Staging): number {
  return staging.rows * input[1] * stagedPixelBytes(staging);
}

/** Whether the lines of a block share their places in the cache. */
export function isAliased({ channels }: Pick<Staged, 'channels'>): boolean {
  return (channels * floatBytes) % aliasBytes === 0;
}

/**
 * Whether a convolution can be staged in strips of so many channels, by steps of so many vectors. A window that is not wider than
 * its stride reads each pixel once, and one of one row or column for few others.
 */
export function canBeStaged(
  { channels, multiplier, window, strides, integers }: Staged,
  strip: number,
  vectors: number,
): boolean {
  const isReread = window[0] > Math.max(1, strides[0]) && window[1] > Math.max(1, strides[1]);
  const isWhole = strip > 0 && channels % strip === 0 && strip % (vectors * lanes) === 0;
  return isReread && isWhole && multiplier === 1 && integers === undefined;
}

/** How a convolution is staged that {@link canBeStaged}. */
export function stagingOf({ window, dilations }: Staged, channels: number): Staging {
  const extent = dilatedExtent(window[0], dilations[0]);
  return { channels, rows: 2 ** Math.ceil(Math.log2(extent)) };
}
