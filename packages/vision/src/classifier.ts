import type { ImageSource } from '#platform';
import { classCount, endsInProbabilities, rankClasses } from './classes.js';
import { VisionError } from './errors.js';
import { type FrameSource, framesOf } from './frames.js';
import { imageInputOf } from './image-input.js';
import { type LabelSource, namesOf } from './labels.js';
import { loadNetwork, type NetworkSource } from './load-network.js';
import type { InputSize } from './prepare.js';
import type { Preprocessing } from './preprocessing.js';
import {
  callOptions,
  openNetwork,
  partOptions,
  preprocessingFor,
  type VisionOptions,
} from './vision-network.js';

/** Options of {@link loadClassifier}. */
export interface ClassifierOptions extends VisionOptions {
  /**
   * Names of the classes: a list, or where a file with one a line lies. Default: the file's own. `false` goes without: a class is called by
   * its number.
   */
  readonly labels?: LabelSource;
}

/** A class that an image may be of. */
export interface Classification {
  readonly label: string;
  readonly index: number;
  /** From 0 to 1. */
  readonly probability: number;
}

/** Options of a classification. */
export interface ClassifyOptions {
  /** How many classes. Default 5. */
  readonly top?: number;
  readonly signal?: AbortSignal;
}

/** A network that says what is in images. */
export interface Classifier {
  /** Names of all classes, in the order of the network's numbers. */
  readonly labels: readonly string[];
  readonly input: InputSize;
  readonly preprocessing: Preprocessing;
  /** The name of the engine that it runs on. */
  readonly engine: string;
  /** Whether it runs in a worker, so that the page stays free. */
  readonly isInWorker: boolean;
  /**
   * The most probable classes of an image, best first.
   *
   * @throws {VisionError} when there is no image in the source, or the classifier is disposed.
   */
  classify(source: ImageSource, options?: ClassifyOptions): Promise<Classification[]>;
  /** The same for each frame of a video, until it ends or the signal is aborted: frames that come while one is worked on are left out. */
  classifyFrames(frames: FrameSource, options?: ClassifyOptions): AsyncGenerator<Classification[]>;
  /** Gives back the memory, and ends the worker. */
  dispose(): void;
}

function checkTop(top: unknown): number {
  if (Number.isSafeInteger(top) && (top as number) > 0) return top as number;
  throw new VisionError(`top must be a whole number of at least 1, but is ${String(top)}`);
}

/**
 * Loads an image classifier: its network, the names of its classes and how photos become its input come from the model file, as far as it
 * says them, and otherwise from the options.
 *
 * @param source - The address of a TFLite, ONNX or TF.js model, in Node also a path; its bytes; or a network.
 *
 * @throws {VisionError} when it is no image classifier, or the file leaves something open.
 * @throws {FormatError} when the file cannot be read.
 *
 * @example
 * const classifier = await loadClassifier('mobilenet_v1_0.25_128_quant.tflite');
 * const [best] = await classifier.classify('photo.jpg');
 */
export async function loadClassifier(
  source: NetworkSource,
  options: ClassifierOptions = {},
): Promise<Classifier> {
  const { read, place } = partOptions(options);
  const loaded = await loadNetwork(source, read);
  const { network, outputs } = loaded;
  const { graph } = network;
  const image = imageInputOf(loaded);
  const labels = await namesOf(loaded, options.labels, classCount(graph, outputs[0]?.shape ?? []));
  const preprocessing = preprocessingFor(loaded, options.preprocessing);
  const isProbability = endsInProbabilities(graph);
  const { height, width, channels } = image;
  const opened = await openNetwork(loaded, image, preprocessing, place, 'classifier');
  const classify: Classifier['classify'] = async (photo, classifyOptions = {}) => {
    const { top = 5, signal } = callOptions(classifyOptions);
    const count = checkTop(top);
    const results = await opened.run(photo, signal);
    const output = results.outputs.get(graph.outputs[0] as string);
    if (output === undefined) throw new VisionError('the network gave no output');
    return rankClasses(output, count, isProbability).map(({ index, probability }) => ({
      label: labels[index] as string,
      index,
      probability,
    }));
  };
  return {
    labels,
    input: { height, width, channels },
    preprocessing,
    engine: opened.engine,
    isInWorker: opened.isInWorker,
    classify,
    async *classifyFrames(frames, classifyOptions = {}) {
      for await (const frame of framesOf(frames, callOptions(classifyOptions).signal)) {
        yield await classify(frame, classifyOptions);
      }
    },
    dispose: () => opened.dispose(),
  };
}
