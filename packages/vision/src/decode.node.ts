/** @file Decoders of image files for Node: JPEG, PNG, BMP and WebP. */

export { decodeImage } from './decode/decode-image.node.js';
export { VisionError } from './errors.js';
