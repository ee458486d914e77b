/** @file The layers to measure: the lesson's own, and MobileNetV1's, each as it is and as the standard convolution it stands for. */
import { costOf } from '@sepconv/cost-model';
import { type LayerOptions, mobileNetV1 } from '@sepconv/mobilenet';

/** The layer that the lesson and the account begin with. */
export const lessonLayer: LayerOptions = {
  height: 56,
  width: 56,
  inputChannels: 128,
  outputChannels: 256,
  kernel: 3,
  stride: 1,
};

/** `112×112×32 → 64`, with the stride where it is not 1. */
export function layerName({ height, width, inputChannels, outputChannels, stride }: LayerOptions): string {
  return `${height}×${width}×${inputChannels} → ${outputChannels}${stride === 1 ? '' : `, s = ${stride}`}`;
}

/** Every different separable layer of MobileNetV1, in its order. */
export function mobileNetLayers(): readonly LayerOptions[] {
  const { layers } = costOf(mobileNetV1());
  const found = new Map<string, LayerOptions>();
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
