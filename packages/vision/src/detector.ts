import { toFloat32 } from '@sepconv/tensor';
import type { ImageSource } from '#platform';
import { type DetectionHead, headOf } from './detect/head.js';
import { type SelectedBox, selectBest } from './detect/select.js';
import { VisionError } from './errors.js';
import { type FrameSource, framesOf } from './frames.js';
import { imageInputOf } from './image-input.js';
import { givenNames, type LabelSource } from './labels.js';
import { loadNetwork, type NetworkSource } from './load-network.js';
import type { InputSize, PreparedImage } from './prepare.js';
import type { Preprocessing } from './preprocessing.js';
import {
  callOptions,
  openNetwork,
  partOptions,
  preprocessingFor,
  type VisionOptions,
} from './vision-network.js';

/** Options of {@link loadDetector}. */
export interface DetectorOptions extends VisionOptions {
  /** What the outputs mean. Default: what their names and shapes say; YOLOX, NanoDet with one output, and SSD without its end need it. */
  readonly head?: DetectionHead;
  /** Names of the classes, without a background: a list, or where a file with one a line lies. Default: the file's own, else numbers. */
  readonly labels?: LabelSource;
}

/** Options of a detection. */
export interface DetectOptions {
  /** Least score of a box, from 0 to 1. Default 0.5. */
  readonly leastScore?: number;
  /** By how much boxes of one class may overlap, as intersection over union, from 0 to 1. Default: what is usual for the head. */
  readonly mostOverlap?: number;
  /** How many boxes at most. Default 100. */
  readonly count?: number;
  readonly signal?: AbortSignal;
}

/** A place in an image, in its pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Something that was found. */
export interface Detection {
  readonly label: string;
  readonly index: number;
  /** From 0 to 1. */
  readonly score: number;
  /** In pixels of the image; it may reach beyond. */
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  /** Eyes, joints and the like, where the network finds them. */
  readonly points: readonly Point[];
}

/** A network that finds things in images. */
export interface Detector {
  /** Names of the classes; empty where they are numbers. */
  readonly labels: readonly string[];
  readonly input: InputSize;
  readonly preprocessing: Preprocessing;
  /** The name of the engine that it runs on. */
  readonly engine: string;
  readonly isInWorker: boolean;
  /**
   * What is in an image, the surest first.
   *
   * @throws {VisionError} when there is no image in the source, or the detector is disposed.
   */
  detect(source: ImageSource, options?: DetectOptions): Promise<Detection[]>;
  /** The same for each frame of a video, until it ends or the signal is aborted. */
  detectFrames(frames: FrameSource, options?: DetectOptions): AsyncGenerator<Detection[]>;
  /** Gives back the memory, and ends the worker. */
  dispose(): void;
}

/** Pixels of the input as pixels of the image. */
function inImage(
  { sides, points }: SelectedBox,
  { placement }: PreparedImage,
): Pick<Detection, 'box' | 'points'> {
  const x = (of: number): number => (of - placement.left) / placement.scaleX;
  const y = (of: number): number => (of - placement.top) / placement.scaleY;
  const [top = 0, left = 0, bottom = 0, right = 0] = sides;
  return {
    box: { left: x(left), top: y(top), width: x(right) - x(left), height: y(bottom) - y(top) },
    points: Array.from({ length: points.length / 2 }, (_, i) => ({
      x: x(points[2 * i] as number),
      y: y(points[2 * i + 1] as number),
    })),
  };
}

function checkOptions({ leastScore, mostOverlap, count }: Required<Omit<DetectOptions, 'signal'>>): void {
  for (const [name, value] of Object.entries({ leastScore, mostOverlap })) {
    if (!(typeof value === 'number' && value >= 0 && value <= 1)) {
      throw new VisionError(`${name} must be a number from 0 to 1, but is ${String(value)}`);
    }
  }
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new VisionError(`count must be a whole number of at least 1, but is ${String(count)}`);
  }
}

/**
 * Loads a detector: SSD, also with `TFLite_Detection_PostProcess` at its end, MediaPipe's detectors of faces, palms and bodies, YuNet, NanoDet
 * and YOLOX. What its outputs mean is told by their names and shapes, or by `head`.
 *
 * @param source - The address of a TFLite, ONNX or TF.js model, in Node also a path; its bytes; or a network.
 *
 * @throws {VisionError} when it takes no image, its outputs are no detector's, or the file leaves something open.
 * @throws {FormatError} when the file cannot be read.
 *
 * @example
 * const detector = await loadDetector('face_detection_short_range.tflite');
 * for (const { box, points } of await detector.detect('people.jpg')) console.log(box.left, box.top, points.length);
 */
export async function loadDetector(source: NetworkSource, options: DetectorOptions = {}): Promise<Detector> {
  const { read, place } = partOptions(options);
  const loaded = await loadNetwork(source, read);
  const image = imageInputOf(loaded);
  const { height, width, channels } = image;
  const named = await givenNames(loaded.metadata.labels, options.labels, undefined);
  const head = headOf(loaded.outputs, { height, width }, options.head, named?.length);
  const labels = named ?? (options.labels === false ? [] : (head.labels ?? []));
  const preprocessing = preprocessingFor(loaded, options.preprocessing, head.preprocessing);
  const opened = await openNetwork(loaded, image, preprocessing, place, 'detector');
  const detect: Detector['detect'] = async (photo, detectOptions = {}) => {
    const {
      leastScore = 0.5,
      mostOverlap = head.mostOverlap,
      count = 100,
      signal,
    } = callOptions(detectOptions);
    checkOptions({ leastScore, mostOverlap, count });
    const { outputs, prepared } = await opened.run(photo, signal);
    const tensors = new Map(Array.from(outputs, ([name, tensor]) => [name, toFloat32(tensor)]));
    const selection = { leastScore, mostOverlap, count, isAveraged: head.isAveraged };
    return selectBest(head.decode({ tensors }), selection).map((found) => ({
      label: labels[found.index] ?? String(found.index),
      index: found.index,
      score: found.score,
      ...inImage(found, prepared),
    }));
  };
  return {
    labels,
    input: { height, width, channels },
    preprocessing,
    engine: opened.engine,
    isInWorker: opened.isInWorker,
    detect,
    async *detectFrames(frames, detectOptions = {}) {
      for await (const frame of framesOf(frames, callOptions(detectOptions).signal))
        yield await detect(frame, detectOptions);
    },
    dispose: () => opened.dispose(),
  };
}
