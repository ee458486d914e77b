/** @file Readers of the operators that fewer networks have: those that are a few ops of the graph, and the ends of detectors. */
import type { OperatorReader } from '../context.js';
import { readUnknownVariable } from '../variables.js';
import { composedReaders } from './composed.js';
import { readConvolution2dTransposeBias } from './conv-transpose2d.js';
import { readDetectionPostProcess, readNonMaxSuppression } from './detection.js';
import {
  readLandmarksMatrix,
  readMaxPoolWithPlaces,
  readMaxUnpooling,
  readTransformLandmarks,
  readTransformTensor,
} from './mediapipe.js';
import { readUnidirectionalSequenceLstm } from './recurrent.js';
import { signalReaders } from './signals.js';
import { readBatchToSpaceNd, readSpaceToBatchNd } from './space-to-batch.js';
import { readRnn, readSvdf, readUnidirectionalSequenceRnn } from './stateful.js';

/** Readers by TFLite's name of the operator. */
export const moreReaders: Readonly<Record<string, OperatorReader>> = {
  ...composedReaders,
  ...signalReaders,
  BATCH_TO_SPACE_ND: readBatchToSpaceNd,
  'CUSTOM "Convolution2DTransposeBias"': readConvolution2dTransposeBias,
  'CUSTOM "TFLite_Detection_PostProcess"': readDetectionPostProcess,
  'CUSTOM "Landmarks2TransformMatrix"': readLandmarksMatrix,
  'CUSTOM "MaxPoolingWithArgmax2D"': readMaxPoolWithPlaces,
  'CUSTOM "MaxUnpooling2D"': readMaxUnpooling,
  'CUSTOM "TransformLandmarks"': readTransformLandmarks,
  'CUSTOM "TransformTensorBilinear"': readTransformTensor,
  NON_MAX_SUPPRESSION_V4: readNonMaxSuppression(false),
  NON_MAX_SUPPRESSION_V5: readNonMaxSuppression(true),
  READ_VARIABLE: readUnknownVariable,
  RNN: readRnn,
  SPACE_TO_BATCH_ND: readSpaceToBatchNd,
  SVDF: readSvdf,
  UNIDIRECTIONAL_SEQUENCE_LSTM: readUnidirectionalSequenceLstm,
  UNIDIRECTIONAL_SEQUENCE_RNN: readUnidirectionalSequenceRnn,
};
