/** @file The only list of Keras layers that can be read; the rest of the package and its messages go by it. */
import {
  readBatchNorm,
  readConv2d,
  readConv2dTranspose,
  readDense,
  readDepthwiseConv2d,
  readPrelu,
  readSeparableConv2d,
} from './convolutions.js';
import {
  readActivation,
  readAdd,
  readAverage,
  readCropping2d,
  readElu,
  readLeakyRelu,
  readMultiply,
  readMultiplyBeta,
  readNothing,
  readRelu,
  readRescaling,
  readSoftmax,
  readSubtract,
  readZeroPadding2d,
} from './elementwise.js';
import type { LayerCall } from './layer.js';
import { readPixelShuffle, readUpSampling2d } from './resize.js';
import {
  readAveragePool,
  readConcatenate,
  readFlatten,
  readGlobalAveragePool,
  readGlobalMaxPool,
  readMaxPool,
  readPermute,
  readReshape,
} from './shapes.js';

/** Turns one application of a layer into nodes, and gives the value that the last one writes. */
export type LayerReader = (call: LayerCall) => string;

/** Readers by Keras's name of the layer. */
export const layerReaders: ReadonlyMap<string, LayerReader> = new Map(
  Object.entries<LayerReader>({
    Activation: readActivation,
    ActivityRegularization: readNothing,
    Add: readAdd,
    AlphaDropout: readNothing,
    Average: readAverage,
    AveragePooling2D: readAveragePool,
    BatchNormalization: readBatchNorm,
    Concatenate: readConcatenate,
    Conv2D: readConv2d,
    Conv2DTranspose: readConv2dTranspose,
    Cropping2D: readCropping2d,
    Dense: readDense,
    DepthwiseConv2D: readDepthwiseConv2d,
    Dropout: readNothing,
    ELU: readElu,
    Flatten: readFlatten,
    GaussianDropout: readNothing,
    GaussianNoise: readNothing,
    GlobalAveragePooling2D: readGlobalAveragePool,
    GlobalMaxPooling2D: readGlobalMaxPool,
    Identity: readNothing,
    LeakyReLU: readLeakyRelu,
    MaxPooling2D: readMaxPool,
    Multiply: readMultiply,
    MultiplyBeta: readMultiplyBeta,
    PReLU: readPrelu,
    Permute: readPermute,
    ...Object.fromEntries(
      ['PixelShuffle', 'PixelShuffle2x', 'PixelShuffle3x', 'PixelShuffle4x', 'PixelShuffle8x'].map((name) => [
        name,
        readPixelShuffle,
      ]),
    ),
    ReLU: readRelu,
    Rescaling: readRescaling,
    Reshape: readReshape,
    SeparableConv2D: readSeparableConv2d,
    Softmax: readSoftmax,
    SpatialDropout2D: readNothing,
    Subtract: readSubtract,
    UpSampling2D: readUpSampling2d,
    ZeroPadding2D: readZeroPadding2d,
  }),
);
