/** @file Which head a detector has, and how it is decoded. */
import { formatShape } from '@sepconv/tensor';
import { VisionError } from '../errors.js';
import type { Preprocessing } from '../preprocessing.js';
import type { Decoder, OutputShape, Size } from './candidates.js';
import { findNanoDet, findYolox, findYuNet } from './grid-heads.js';
import { findMediaPipe } from './mediapipe.js';
import { findBoxes, findSelected, findSsd, type SsdHead } from './ssd.js';

/** The heads that can be decoded. */
export const headNames = ['selected', 'mediapipe', 'yunet', 'nanodet', 'yolox', 'boxes'] as const;

/**
 * A detector's head: `selected` is what `TFLite_Detection_PostProcess` gives, `mediapipe` is BlazeFace's, `boxes` are corners from 0 to 1 beside
 * scores; and SSD's with its anchors.
 */
export type DetectionHead = (typeof headNames)[number] | SsdHead;

/** A head as it was found, and what belongs to it where nobody says something else. */
export interface FoundHead {
  readonly decode: Decoder;
  readonly preprocessing: Preprocessing;
  readonly labels?: readonly string[];
  /** The most that boxes of one class may overlap; 1 where the network has chosen already. */
  readonly mostOverlap: number;
  /** Whether boxes that overlap are averaged instead of the best one being taken. */
  readonly isAveraged: boolean;
}

const best = { mostOverlap: 0.5, isAveraged: false } as const;
const squeezed: Preprocessing = { fit: 'squeeze', resize: 'opencv-linear' };
const yoloLike: Preprocessing = {
  fit: 'corner',
  resize: 'opencv-linear',
  channelOrder: 'bgr',
  normalization: false,
};

/** What belongs to each head. */
const defaults: Readonly<Record<(typeof headNames)[number] | 'ssd', Omit<FoundHead, 'decode'>>> = {
  selected: { ...best, mostOverlap: 1, preprocessing: squeezed },
  ssd: { ...best, preprocessing: squeezed },
  boxes: { ...best, preprocessing: squeezed },
  mediapipe: {
    preprocessing: {
      fit: 'letterbox',
      bars: 0,
      // As its warp on the CPU takes pixels.
      resize: 'tensorflow-bilinear',
      normalization: { mean: 127.5, standardDeviation: 127.5 },
    },
    labels: ['face'],
    mostOverlap: 0.3,
    isAveraged: true,
  },
  yunet: { ...best, mostOverlap: 0.3, preprocessing: { ...yoloLike, bars: 0 }, labels: ['face'] },
  nanodet: {
    ...best,
    mostOverlap: 0.6,
    preprocessing: {
      ...squeezed,
      channelOrder: 'bgr',
      normalization: { mean: [103.53, 116.28, 123.675], standardDeviation: [57.375, 57.12, 58.395] },
    },
  },
  yolox: { ...best, mostOverlap: 0.45, preprocessing: yoloLike },
};

type Finder = (
  outputs: readonly OutputShape[],
  size: Size,
  classes: number | undefined,
) => Decoder | undefined;

const finders: Readonly<Record<(typeof headNames)[number], Finder>> = {
  selected: findSelected,
  mediapipe: findMediaPipe,
  yunet: findYuNet,
  nanodet: findNanoDet,
  yolox: findYolox,
  boxes: findBoxes,
};

/** What shapes alone tell apart. One tensor of rows is YOLOX's or NanoDet's, and boxes beside scores are raw or not. */
function recognized(
  outputs: readonly OutputShape[],
  classes: number | undefined,
): (typeof headNames)[number][] {
  const [only] = outputs;
  if (outputs.length === 1 && classes !== undefined) {
    return only?.shape[2] === classes + 5 ? ['yolox'] : ['nanodet'];
  }
  return outputs.length === 1 ? [] : ['selected', 'yunet', 'mediapipe', 'nanodet'];
}

/**
 * The head of a detector, as it is given or by its outputs' names and shapes.
 *
 * @throws {VisionError} when there is none, or it is not what was given.
 */
export function headOf(
  outputs: readonly OutputShape[],
  size: Size,
  given: DetectionHead | undefined,
  classes: number | undefined,
): FoundHead {
  const shapes = outputs.map(({ name, shape }) => `"${name}" ${formatShape(shape)}`).join(', ');
  if (typeof given === 'object' && given !== null) {
    return { ...defaults.ssd, decode: findSsd(outputs, size, given) };
  }
  if (given !== undefined && !headNames.includes(given)) {
    throw new VisionError(
      `there is no head "${String(given)}"; there are ${headNames.join(', ')}, and { anchors }`,
    );
  }
  for (const name of given === undefined ? recognized(outputs, classes) : [given]) {
    const decode = finders[name](outputs, size, classes);
    if (decode !== undefined) return { ...defaults[name], decode };
  }
  throw new VisionError(
    given === undefined
      ? `the outputs ${shapes} do not tell which detector this is: give { head: 'yolox' }, another of ${headNames.join(', ')}, or an SSD's { head: { anchors } }`
      : `the outputs ${shapes} are not those of ${given} for an input of ${size.height}×${size.width}`,
  );
}
