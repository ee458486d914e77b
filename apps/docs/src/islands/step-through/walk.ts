/** @file In which order the two forms do their multiplications, and which numbers meet in each. No arithmetic. */
import { size } from './example.js';

/** A place in an image: row, column, channel. */
export interface Place {
  readonly y: number;
  readonly x: number;
  readonly channel: number;
}

/** One multiply-add: the element that is read, and the weight that it meets. */
export interface Tap {
  readonly from: Place;
  /** Row and column of the window; 0 and 0 in a pointwise step. */
  readonly i: number;
  readonly j: number;
}

/** All multiply-adds of one output element. */
export interface Step {
  readonly kind: 'standard' | 'depthwise' | 'pointwise';
  readonly to: Place;
  readonly taps: readonly Tap[];
  /** Multiply-adds that were done before it. */
  readonly start: number;
}

/** The steps of one form, and their multiply-adds together. */
export interface Walk {
  readonly steps: readonly Step[];
  readonly total: number;
}

/** Where a walk stands after some multiply-adds: the step and tap that come next, or nothing when all are done. */
export interface Position {
  readonly step: Step;
  /** Steps that are finished. */
  readonly finished: number;
  readonly tap: Tap;
  /** The tap's number in its step, from 0. */
  readonly tapIndex: number;
}

const range = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);

/** Output places, one channel after another. */
const places = (channels: number): Place[] =>
  range(channels).flatMap((channel) =>
    range(size.output).flatMap((y) => range(size.output).map((x) => ({ y, x, channel }))),
  );

/** The window over one channel, at an output place. */
const windowOver = ({ y, x }: Place, channel: number): Tap[] =>
  range(size.kernel).flatMap((i) =>
    range(size.kernel).map((j) => ({ from: { y: y + i, x: x + j, channel }, i, j })),
  );

function walkOf(parts: readonly Omit<Step, 'start'>[]): Walk {
  let total = 0;
  const steps = parts.map((part) => {
    const step = { ...part, start: total };
    total += part.taps.length;
    return step;
  });
  return { steps, total };
}

/** Filter by filter, place by place, through all channels of the window. */
export function standardWalk(): Walk {
  return walkOf(
    places(size.outputChannels).map((to) => ({
      kind: 'standard',
      to,
      taps: range(size.inputChannels).flatMap((channel) => windowOver(to, channel)),
    })),
  );
}

/** First every channel by itself, then at every place a sum over channels. */
export function separableWalk(): Walk {
  return walkOf([
    ...places(size.inputChannels).map((to) => ({
      kind: 'depthwise' as const,
      to,
      taps: windowOver(to, to.channel),
    })),
    ...places(size.outputChannels).map((to) => ({
      kind: 'pointwise' as const,
      to,
      taps: range(size.inputChannels).map((channel) => ({ from: { ...to, channel }, i: 0, j: 0 })),
    })),
  ]);
}

/** What comes next after `done` multiply-adds; `undefined` at the end. */
export function positionAt(walk: Walk, done: number): Position | undefined {
  if (done >= walk.total) return undefined;
  const finished = walk.steps.findLastIndex(({ start }) => start <= done);
  const step = walk.steps[finished]!;
  const tapIndex = done - step.start;
  return { step, finished, tapIndex, tap: step.taps[tapIndex]! };
}
