/**
 * @file Planning of the gradient of a depthwise weight `[K_h, K_w, C]`, on a padded image:
 *
 *   ∂L/∂weight[tap, c] = Σ_p input[p · stride + tap, c] · ∂L/∂output[p, c]
 *
 * The taps' sums for four channels stay in registers while an image passes. A unit of work is four channels over all images.
 */
import type { Engine } from '@sepconv/kernels/toolkit';

/** The gradient of a depthwise weight; strides in bytes. */
export interface DepthwiseWeightGradientKernel {
  readonly kind: 'depthwise-weight-gradient';
  readonly name: string;
  readonly images: number;
  readonly imageStride: number;
  readonly lines: number;
  readonly lineStride: number;
  readonly pixels: number;
  readonly pixelStride: number;
  readonly channels: number;
  /** Bytes from the first tap's input to each tap's. */
  readonly taps: readonly number[];
}

/** The kernel for a depthwise weight's gradient on an engine. */
export function planDepthwiseWeightGradient(
  engine: Engine,
  shape: Omit<DepthwiseWeightGradientKernel, 'kind' | 'name'>,
): DepthwiseWeightGradientKernel {
  const name = `f32_depthwise-conv2d-weight-gradient_${shape.taps.length}t4c__${engine.name}`;
  return { kind: 'depthwise-weight-gradient', name, ...shape };
}
