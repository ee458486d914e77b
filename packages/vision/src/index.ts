export { pixelsOf } from '#platform';
export { classCount, endsInProbabilities, type RankedClass, rankClasses } from './classes.js';
export {
  type Classification,
  type Classifier,
  type ClassifierOptions,
  type ClassifyOptions,
  loadClassifier,
} from './classifier.js';
export type { DetectionHead } from './detect/head.js';
export type { SsdHead } from './detect/ssd.js';
export {
  type Detection,
  type DetectOptions,
  type Detector,
  type DetectorOptions,
  loadDetector,
  type Point,
} from './detector.js';
export { VisionError } from './errors.js';
export type { FrameSource } from './frames.js';
export { asStored, type ImageInput, imageInputOf } from './image-input.js';
export { type LabelSource, labelsOfText } from './labels.js';
export { type LoadedNetwork, loadNetwork, type NetworkSource } from './load-network.js';
export type { Drawable } from './platform/drawable.js';
export type { ImageSource } from './platform/platform.js';
export { type InputSize, type Placement, type PreparedImage, prepareImage } from './prepare.js';
export {
  normalizedRange,
  type Preprocessing,
  type PresetName,
  preprocessingOf,
  presets,
  statedPreprocessing,
} from './preprocessing.js';
export type { Image, RealImage, Target } from './resize/planes.js';
export { type ResizeName, resizeImage, resizeNames } from './resize/resize.js';
export {
  loadSegmenter,
  type Segmentation,
  type Segmenter,
  type SegmenterOptions,
  type SegmentOptions,
} from './segmenter.js';
export type { SessionOptions } from './session.js';
export type { VisionOptions } from './vision-network.js';
