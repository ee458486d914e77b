/** @file What a written network says of its images: how they were prepared for it. */
import type { ModelMetadata } from '@sepconv/formats';
import type { Preprocessing } from '@sepconv/vision';
import { type InputFlags, imageInput, preprocessingFor, statedNormalization } from './run-input.js';
import type { TargetNetwork } from './target.js';

/** A preprocessing as model files state it; filters that they have no name for are left out. */
export function imageMetadata({
  normalization,
  resize,
  fit,
  cropFraction = 1,
  channelOrder,
}: Preprocessing): ModelMetadata {
  const isBicubic = resize === 'pillow-bicubic';
  const interpolation = isBicubic
    ? 'bicubic'
    : resize === undefined || resize === 'pillow-bilinear'
      ? 'bilinear'
      : undefined;
  return {
    ...(normalization && { normalization }),
    ...(channelOrder && { channelOrder }),
    resizing: {
      cropFraction: fit === 'squeeze' ? 0 : cropFraction,
      ...(interpolation && ({ interpolation } as const)),
    },
  };
}

/** What the file says that a network was read from, and in its place what the flags say of images. */
export function metadataWithFlags(
  { network, inputs, metadata = {} }: TargetNetwork,
  flags: InputFlags,
): ModelMetadata {
  const normalization = statedNormalization(flags);
  const saysSize = flags.resize !== undefined || !flags.crop || flags.size !== undefined;
  if (!saysSize) return { ...metadata, ...(normalization && { normalization }) };
  // How images are resized is said only with images, so that there is an input for them.
  const prepared = preprocessingFor(flags, imageInput({ network, inputs }), metadata);
  return { ...metadata, ...imageMetadata(prepared) };
}
