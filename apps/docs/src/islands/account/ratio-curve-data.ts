/** @file Points of the curve R over C_out, every one of them an account of the cost model. */
import { separableAccount } from '@sepconv/cost-model';
import type { Settings } from './settings.js';

/** One point: the ratio, and the parts of it that the two steps have. */
export interface RatioPoint {
  readonly outputChannels: number;
  readonly ratio: number;
  /** Depthwise to standard multiply-adds. */
  readonly depthwise: number;
  /** Pointwise to standard multiply-adds. */
  readonly pointwise: number;
}

/** The widest layer of the curve. */
export const mostOutputChannels = 4096;

const pointsPerDoubling = 6;

/** Integers from 1 to {@link mostOutputChannels}, evenly spaced on a logarithmic axis. */
function spacedChannels(): number[] {
  const steps = Math.round(Math.log2(mostOutputChannels) * pointsPerDoubling);
  const all = Array.from({ length: steps + 1 }, (_, step) => Math.round(2 ** (step / pointsPerDoubling)));
  return [...new Set(all)];
}

/** The account of the layer with so many output channels, as a point. */
export function ratioPoint(settings: Settings, outputChannels: number): RatioPoint {
  const { standard, depthwise, pointwise, ratio } = separableAccount({ ...settings, outputChannels });
  return {
    outputChannels,
    ratio: ratio.value,
    depthwise: depthwise.macs / standard.macs,
    pointwise: pointwise.macs / standard.macs,
  };
}

/** The whole curve. */
export function ratioCurve(settings: Settings): readonly RatioPoint[] {
  return spacedChannels().map((channels) => ratioPoint(settings, channels));
}
