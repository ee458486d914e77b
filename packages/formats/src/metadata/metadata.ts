/** @file What a model file says beside its network, for those who give it images and show its answers. */
import type { Normalization } from '@sepconv/tensor';

/** How images become the size of the network's input, as its training did it. */
export interface Resizing {
  /** The filter: Pillow's `bilinear` or `bicubic`, as `timm` and `transformers` call them. */
  readonly interpolation?: 'bilinear' | 'bicubic';
  /**
   * How much of the shorter side the centre square takes before it is resized: 0.875 for the usual 224 of 256. 0 squeezes the
   * whole image into the input.
   */
  readonly cropFraction?: number;
}

/** What a model file says beside its network. */
export interface ModelMetadata {
  /** The names of the classes, in the order of the numbers that the network gives. */
  readonly labels?: readonly string[];
  /** How the bytes of a pixel become the network's input: `(byte − mean) / standardDeviation`. */
  readonly normalization?: Normalization;
  /** The order in which the network takes colours. Default `'rgb'`. */
  readonly channelOrder?: 'rgb' | 'bgr';
  readonly resizing?: Resizing;
  /** All other texts of the file by their keys: author, licence, where it comes from. */
  readonly properties?: ReadonlyMap<string, string>;
}
