/**
 * @file The layers beside a layer: the same one with a few channels less. A ceiling says what a processor can do, a
 * neighbour what it does with nearly the same work, so that a cliff is seen on any machine, whatever its ceiling.
 */
import { quantile } from '../harness/statistics.ts';
import { type Layer, termsOf } from './layer.ts';

/** A layer beside its neighbour. */
export interface NeighbourRatio {
  /** Input channels of the neighbour. */
  readonly channels: number;
  /** Time of a multiply-add of the layer over the neighbour's: above 1 where the layer is the slow one. */
  readonly ratio: number;
}

/** With fewer channels the ends of rows count for more than where pixels lie in memory. */
const leastChannels = 16;

/** Channels come in vectors of four numbers, with any engine. */
const vector = 4;

/** Six per cent less, in whole vectors, and eight less: 960 and 1016 beside 1024, 480 and 504 beside 512. */
function fewerChannels(channels: number): number[] {
  const sixteenthLess = Math.min(channels - vector, Math.round((channels * 15) / 16 / vector) * vector);
  return [...new Set([sixteenthLess, channels - 2 * vector])].filter((count) => count > channels / 2);
}

/**
 * The neighbours of a layer: a depthwise layer with fewer channels; a pointwise or dense one with fewer input channels, and
 * output channels in proportion. None for other ops, whose windows mix both.
 */
export function neighboursOf(layer: Layer): Layer[] {
  const channels = layer.input.at(-1) as number;
  if (layer.op === 'conv2d' || channels < leastChannels) return [];
  return fewerChannels(channels).map((count) => {
    const filters =
      layer.op === 'depthwise-conv2d'
        ? layer.filters
        : Math.max(vector, Math.round((layer.filters * count) / channels / vector) * vector);
    return { ...layer, input: [...layer.input.slice(0, -1), count], filters };
  });
}

/** What a neighbour did in the rounds of its layer. */
export interface MeasuredNeighbour {
  readonly layer: Layer;
  readonly outputElements: number;
  /** Milliseconds of one run. */
  readonly runMs: readonly number[];
}

/** How much slower a layer's multiply-adds are than each neighbour's, by lower quartiles of the same rounds, which others disturb least. */
export function neighbourRatios(
  measured: MeasuredNeighbour & { readonly neighbours: readonly MeasuredNeighbour[] },
): NeighbourRatio[] {
  const timePerMac = ({ layer, outputElements, runMs }: MeasuredNeighbour): number =>
    quantile(runMs, 0.25) / (termsOf(layer) * outputElements);
  return measured.neighbours.map((neighbour) => ({
    channels: neighbour.layer.input.at(-1) as number,
    ratio: timePerMac(measured) / timePerMac(neighbour),
  }));
}
