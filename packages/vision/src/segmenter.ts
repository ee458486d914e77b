import { toFloat32 } from '@sepconv/tensor';
import type { ImageSource } from '#platform';
import { endsInProbabilities } from './classes.js';
import { VisionError } from './errors.js';
import { type FrameSource, framesOf } from './frames.js';
import { imageInputOf } from './image-input.js';
import { givenNames, type LabelSource } from './labels.js';
import { loadNetwork, type NetworkSource } from './load-network.js';
import { classMapOf, forEachPixel, toProbabilities } from './masks.js';
import type { InputSize } from './prepare.js';
import type { Preprocessing } from './preprocessing.js';
import {
  callOptions,
  openNetwork,
  partOptions,
  preprocessingFor,
  type VisionOptions,
} from './vision-network.js';

/** Options of {@link loadSegmenter}. */
export interface SegmenterOptions extends VisionOptions {
  /** Names of the classes: a list, or where a file with one a line lies. Default: the file's own, else numbers. */
  readonly labels?: LabelSource;
  /** The output that is the map. Default: the first. */
  readonly output?: string;
}

/** Options of a segmentation. */
export interface SegmentOptions {
  readonly signal?: AbortSignal;
}

/** What every pixel of an image is. */
export interface Segmentation {
  /** Of the image, in pixels, as of everything here. */
  readonly width: number;
  readonly height: number;
  /** The most probable class of each pixel, row by row. With one class in the output, 1 where it is at least a half, else 0. */
  readonly classes: Uint8Array;
  /**
   * The probability of a class at each pixel, from 0 to 1, row by row; made when it is asked for.
   *
   * @throws {VisionError} when there is no such class.
   */
  mask(index: number): Float32Array;
}

/** A network that says of every pixel what it is. */
export interface Segmenter {
  /** Names of the classes; empty where they are numbers. */
  readonly labels: readonly string[];
  readonly input: InputSize;
  readonly preprocessing: Preprocessing;
  /** The name of the engine that it runs on. */
  readonly engine: string;
  readonly isInWorker: boolean;
  /**
   * What is where in an image.
   *
   * @throws {VisionError} when there is no image in the source, or the segmenter is disposed.
   */
  segment(source: ImageSource, options?: SegmentOptions): Promise<Segmentation>;
  /** The same for each frame of a video, until it ends or the signal is aborted. */
  segmentFrames(frames: FrameSource, options?: SegmentOptions): AsyncGenerator<Segmentation>;
  /** Gives back the memory, and ends the worker. */
  dispose(): void;
}

/**
 * Loads a segmenter: a network whose output has the probability or the logit of each class for each place of its input, at whatever size. The
 * image is squeezed into the input unless the file or the options say something else.
 *
 * @param source - The address of a TFLite, ONNX or TF.js model, in Node also a path; its bytes; or a network.
 *
 * @throws {VisionError} when it takes no image, gives no map, or the file leaves something open.
 * @throws {FormatError} when the file cannot be read.
 *
 * @example
 * const segmenter = await loadSegmenter('selfie_segmentation.tflite', {
 *   preprocessing: { normalization: { mean: 0, standardDeviation: 255 } },
 * });
 * const { classes, width } = await segmenter.segment('me.jpg');
 */
export async function loadSegmenter(
  source: NetworkSource,
  options: SegmenterOptions = {},
): Promise<Segmenter> {
  const { read, place } = partOptions(options);
  const loaded = await loadNetwork(source, read);
  const image = imageInputOf(loaded);
  const { height, width, channels } = image;
  const input = { height, width, channels };
  const { graph } = loaded.network;
  const output = loaded.outputs.find(({ name }) => name === (options.output ?? loaded.outputs[0]?.name));
  if (output === undefined) {
    throw new VisionError(
      `there is no output "${String(options.output)}"; there are ${loaded.outputs.map(({ name }) => `"${name}"`).join(', ')}`,
    );
  }
  const isProbability = endsInProbabilities(graph, output.name);
  const { classes: count } = classMapOf(output.shape, new Float32Array(0), input, graph.name);
  if (count > 256) throw new VisionError(`a map has at most 256 classes, but this one has ${count}`);
  const labels = (await givenNames(loaded.metadata.labels, options.labels, Math.max(2, count))) ?? [];
  const usual = { fit: 'squeeze', resize: 'tensorflow-bilinear-half-pixel' } as const;
  const preprocessing = preprocessingFor(loaded, options.preprocessing, usual);
  const opened = await openNetwork(loaded, image, preprocessing, place, 'segmenter');
  const segment: Segmenter['segment'] = async (photo, segmentOptions = {}) => {
    const { signal } = callOptions(segmentOptions);
    const { outputs, prepared } = await opened.run(photo, signal);
    const { data } = toFloat32(outputs.get(output.name) as NonNullable<ReturnType<typeof outputs.get>>);
    const raw = classMapOf(output.shape, data.slice(), input, graph.name);
    const map = isProbability ? raw : toProbabilities(raw);
    const classes = new Uint8Array(prepared.width * prepared.height);
    forEachPixel(map, input, prepared, (pixel, values) => {
      let best = 0;
      for (let c = 1; c < values.length; c++) if ((values[c] as number) > (values[best] as number)) best = c;
      classes[pixel] = values.length > 1 ? best : Number((values[0] as number) >= 0.5);
    });
    return {
      width: prepared.width,
      height: prepared.height,
      classes,
      mask: (index) => {
        const isBackground = map.classes === 1 && index === 0;
        const from = map.classes === 1 ? index - 1 : index;
        if (!isBackground && !(Number.isInteger(from) && from >= 0 && from < map.classes)) {
          throw new VisionError(
            `there is no class ${String(index)}: they go from 0 to ${Math.max(2, map.classes) - 1}`,
          );
        }
        const mask = new Float32Array(classes.length);
        forEachPixel(map, input, prepared, (pixel, values) => {
          mask[pixel] = isBackground ? 1 - (values[0] as number) : (values[from] as number);
        });
        return mask;
      },
    };
  };
  return {
    labels,
    input,
    preprocessing,
    engine: opened.engine,
    isInWorker: opened.isInWorker,
    segment,
    async *segmentFrames(frames, segmentOptions = {}) {
      for await (const frame of framesOf(frames, callOptions(segmentOptions).signal))
        yield await segment(frame, segmentOptions);
    },
    dispose: () => opened.dispose(),
  };
}
