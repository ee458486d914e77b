import { quote, refuse } from '../../errors.js';
import type { LayerCall } from './layer.js';

/** PixelShuffle, a class of UpscalerJS's networks: channels as blocks of pixels. */
export function readPixelShuffle(call: LayerCall): string {
  return call.emitter.depthToSpace(call.input, call.config.number('scale'), call.name);
}

/**
 * UpSampling2D: rows and columns repeated, or interpolated as TF.js does it, without half-pixel centers (where Keras in
 * Python has them since TensorFlow 2).
 */
export function readUpSampling2d(call: LayerCall): string {
  call.expectChannelsLast();
  const [rows, columns] = call.pair('size', [2, 2]);
  if (rows < 1 || columns < 1) refuse(`the size must be at least 1×1, not ${rows}×${columns}`);
  const [, height, width] = call.emitter.imageShape(call.input);
  const size = [height * rows, width * columns] as const;
  const interpolation = call.config.string('interpolation', 'nearest');
  if (interpolation !== 'nearest' && interpolation !== 'bilinear') {
    refuse(`has the interpolation ${quote(interpolation)}; nearest and bilinear can be read`);
  }
  const attributes =
    interpolation === 'nearest'
      ? ({ size, mode: 'nearest', coordinates: 'asymmetric', rounding: 'floor' } as const)
      : ({ size, mode: 'linear', coordinates: 'asymmetric' } as const);
  return call.emitter.node('resize2d', [call.input], attributes, call.name);
}
