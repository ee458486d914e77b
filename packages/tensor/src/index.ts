export { type Bound, type Comparison, compareTensors, describeComparison, type Mismatch } from './compare.js';
export { quantizeTensor, realNumbers, toFloat16, toFloat32 } from './convert.js';
export {
  allocateTypedArray,
  bytesPerElement,
  type DType,
  dtypes,
  isTypedArrayOf,
  type TypedArrayOf,
  viewTypedArray,
} from './dtype.js';
export { SepconvError, TensorError } from './errors.js';
export { decodeFloat16, encodeFloat16 } from './float16.js';
export { type ImageOptions, imageToTensor, type Normalization, type Pixels } from './image.js';
export { escapeInvisible, printable } from './printable.js';
export { checkQuantization, type Quantization, sameQuantization, storedRange } from './quantization.js';
export { createRandom, type Random, randomTensor, restoreRandom } from './random.js';
export { quantizeNumber, roundHalfEven } from './round.js';
export {
  broadcastIndices,
  checkShape,
  elementCount,
  formatShape,
  rowMajorStrides,
  type Shape,
  sameShape,
  stridedIndices,
} from './shape.js';
export {
  byteLength,
  checkElements,
  createTensor,
  expectDType,
  filled,
  float32Tensor,
  type Origin,
  type Tensor,
  zeros,
} from './tensor.js';
export { copyStrided, deferFloat32, deferTranspose, reshapeTensor, transposeTensor } from './transpose.js';
