/**
 * @file Why a measured speed-up is not the theoretical one, from the numbers of this very measurement.
 *
 * With F the FLOPs of a layer and G the FLOPs per second that it reaches, its time is F / G, so that
 *
 *   t_standard / t_separable = (F_standard / F_separable) · (G_separable / G_standard) = 1/R · efficiency
 *
 * The first factor is the theory. The second is below 1 by a time that three causes share exactly:
 *
 *   t_separable − F_separable / G_standard = (t_depthwise − F_depthwise / G_standard)
 *                                          + (t_pointwise − F_pointwise / G_standard)
 *                                          + (t_separable − t_depthwise − t_pointwise)
 *
 * Where the times have not settled, or a part of the sum is negative, there is nothing to share out, and nothing is explained.
 */
import type { LayerOptions } from '@sepconv/mobilenet';
import type { LayerMeasurement, LayerReport } from './layer-report.js';
import {
  formatBytes,
  formatFactor,
  formatMilliseconds,
  formatPercent,
  formatRate,
  threeDigits,
} from './numbers.js';

/** Efficiencies nearer to 1 than this are what two runs of one measurement differ by. */
const noise = 0.08;
/** Parts of the lost time that deserve a sentence. */
const smallestCause = 0.2;
/** How much faster than each by itself the steps may be together, in parts of the lost time, for it to be shared out. */
const largestGain = 0.1;
/** What sums of times may be off by, as a factor. */
const rounding = 1 + 1e-9;
const bytesPerNumber = 4;

type Measured = LayerReport & { readonly measured: LayerMeasurement };
type Part = 'standard' | 'separable' | 'depthwise' | 'pointwise';

const rate = ({ account, measured }: Measured, part: Part): number =>
  account[part].flops / measured[part].milliseconds;
const rateText = ({ account, measured }: Measured, part: Part): string =>
  formatRate(account[part].flops, measured[part].milliseconds);

/** Channels in and out, and pixels in and out, of a part. */
function sizesOf(part: 'depthwise' | 'pointwise', layer: LayerOptions, outputPixels: number) {
  const { height, width, inputChannels, outputChannels } = layer;
  return part === 'depthwise'
    ? { read: height * width * inputChannels, written: outputPixels * inputChannels }
    : { read: outputPixels * inputChannels, written: outputPixels * outputChannels };
}

/** FLOPs for each byte moved, when every number of input, weights and output moves once. */
function intensity(report: Measured, part: 'depthwise' | 'pointwise'): number {
  const { account, layer } = report;
  const { read, written } = sizesOf(part, layer, account.output.height * account.output.width);
  return account[part].flops / (bytesPerNumber * (read + written + account[part].params));
}

/** A cause, and the milliseconds that it adds to the time at the standard layer's speed. */
interface Cause {
  readonly milliseconds: number;
  readonly sentence: string;
}

function depthwiseCause(report: Measured): Cause {
  const { account, measured, layer } = report;
  const macShare = account.depthwise.macs / account.separable.macs;
  const timeShare =
    measured.depthwise.milliseconds / (measured.depthwise.milliseconds + measured.pointwise.milliseconds);
  const [low, high] = [intensity(report, 'depthwise'), intensity(report, 'pointwise')];
  return {
    milliseconds: excess(report, 'depthwise'),
    sentence: `the depthwise step's, which has ${formatPercent(macShare)} of the multiply-adds but takes ${formatPercent(timeShare)} of the time: a number that it loads is used K² = ${layer.kernel ** 2} times, in the pointwise step C_out = ${layer.outputChannels} times. With ${threeDigits(low)} FLOPs for each byte that moves, against ${threeDigits(high)}, it is held up by memory more than by arithmetic.`,
  };
}

function pointwiseCause(report: Measured): Cause {
  const { inputChannels, kernel } = report.layer;
  return {
    milliseconds: excess(report, 'pointwise'),
    sentence: `the pointwise step's, at ${rateText(report, 'pointwise')}: each of its sums has C_in = ${inputChannels} terms instead of K²·C_in = ${kernel ** 2 * inputChannels}, so that loading and storing weigh more.`,
  };
}

function betweenCause(report: Measured): Cause {
  const { measured, layer, account } = report;
  const bytes =
    sizesOf('depthwise', layer, account.output.height * account.output.width).written * bytesPerNumber;
  return {
    milliseconds:
      measured.separable.milliseconds - measured.depthwise.milliseconds - measured.pointwise.milliseconds,
    sentence: `lost between the steps, which take longer together than each by itself: ${formatBytes(bytes)} of depthwise results are written and read again.`,
  };
}

/** What a step takes beyond its time at the standard layer's speed. */
function excess(report: Measured, part: 'depthwise' | 'pointwise'): number {
  return report.measured[part].milliseconds - report.account[part].flops / rate(report, 'standard');
}

/** The causes that matter, the largest first. At least one has a third of the whole. */
function slowReasons(report: Measured): string[] {
  const { account, measured } = report;
  const whole = measured.separable.milliseconds - account.separable.flops / rate(report, 'standard');
  const causes = [depthwiseCause(report), pointwiseCause(report), betweenCause(report)];
  if (causes.some(({ milliseconds }) => milliseconds < -largestGain * whole)) {
    return [
      'One step gains what the other loses, or both together are faster than each by itself: the lost time cannot be shared out.',
    ];
  }
  return causes
    .filter(({ milliseconds }) => milliseconds > smallestCause * whole)
    .sort((a, b) => b.milliseconds - a.milliseconds)
    .map(({ milliseconds, sentence }, i) => {
      const rest =
        i === 0 && milliseconds <= whole * rounding
          ? ` of the ${formatMilliseconds(whole)} that this costs`
          : '';
      return `${formatMilliseconds(milliseconds)}${rest} are ${sentence}`;
    });
}

function standardReason(report: Measured): string {
  const { account, layer } = report;
  const weights = formatBytes(account.standard.params * bytesPerNumber);
  return `The standard layer is the one that is held up, at ${rateText(report, 'standard')}: for each output it visits ${layer.kernel ** 2} places of the image and walks through ${weights} of weights.`;
}

/** Sentences for a person, the most important first. */
export function speedupReasons(report: Measured): string[] {
  const { account, measured } = report;
  if (!measured.isSteady) {
    return [
      'This machine is busy with something else, and the times have not settled: take them as rough. Why they are what they are cannot be told from them.',
    ];
  }
  const theory = 1 / account.ratio.value;
  const speedup = measured.standard.milliseconds / measured.separable.milliseconds;
  const efficiency = speedup / theory;
  const rates = `${rateText(report, 'separable')} against ${rateText(report, 'standard')}`;
  return Math.abs(efficiency - 1) <= noise
    ? [`Measured and on paper agree, because both layers run at about the same speed: ${rates}.`]
    : [
        `Why not ${formatFactor(theory)}? The separable layer works at ${formatFactor(efficiency)} the speed of the standard one, ${rates}: ${threeDigits(theory)} · ${threeDigits(efficiency)} = ${threeDigits(speedup)}.`,
        ...(efficiency < 1 ? slowReasons(report) : [standardReason(report)]),
      ];
}
