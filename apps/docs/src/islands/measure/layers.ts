/** @file The layers to measure: MobileNetV1's own, each as it is and as the standard convolution it stands for. */
import { costOf } from '@sepconv/cost-model';
import { mobileNetV1 } from '@sepconv/mobilenet';

/** A layer: input size, channels, stride. The window is 3×3, as in all of MobileNetV1. */
export interface MeasuredLayer {
  readonly height: number;
  readonly width: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly kernel: number;
  readonly stride: number;
}

/** `112×112×32 → 64`, with the stride where it is not 1. */
export function layerName({ height, width, inputChannels, outputChannels, stride }: MeasuredLayer): string {
  return `${height}×${width}×${inputChannels} → ${outputChannels}${stride === 1 ? '' : `, s = ${stride}`}`;
}

/** Every different separable layer of MobileNetV1, in its order. */
export function mobileNetLayers(): readonly MeasuredLayer[] {
  const { layers } = costOf(mobileNetV1());
  const found = new Map<string, MeasuredLayer>();
  for (const depthwise of layers.filter(({ type }) => type === 'depthwise')) {
    const pointwise = layers.find(({ block, type }) => block === depthwise.block && type === 'pointwise')!;
    const [, height, width, inputChannels] = depthwise.inputShape as readonly [
      number,
      number,
      number,
      number,
    ];
    const outputHeight = depthwise.outputShape[1]!;
    const layer = {
      height,
      width,
      inputChannels,
      outputChannels: pointwise.outputShape.at(-1)!,
      kernel: 3,
      stride: Math.round(height / outputHeight),
    };
    found.set(layerName(layer), layer);
  }
  return [...found.values()];
}
