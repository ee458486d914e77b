import { elementwise, expectFinite } from './contract.js';

/** Attributes of the hard sigmoid. MobileNetV3 uses 1/6 and 0.5; ONNX's default slope is 0.2. */
export interface HardSigmoidAttributes {
  readonly slope: number;
  readonly offset: number;
}

/** `min(1, max(0, slope · x + offset))`; NaN stays NaN. */
export const hardSigmoid = elementwise<HardSigmoidAttributes>('hard-sigmoid', (context) => {
  expectFinite(context, 'the slope', context.attributes.slope);
  expectFinite(context, 'the offset', context.attributes.offset);
});
