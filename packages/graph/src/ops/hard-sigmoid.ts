import { elementwise, expectFinite, type OpContract } from './contract.js';

/** Attributes of the hard sigmoid. MobileNetV3 uses 1/6 and 0.5; ONNX's default slope is 0.2. */
export interface HardSigmoidAttributes {
  readonly slope: number;
  readonly offset: number;
}

/** `min(1, max(0, slope · x + offset))`; NaN stays NaN. */
export const hardSigmoid: OpContract<HardSigmoidAttributes> = {
  ...elementwise<HardSigmoidAttributes>('hard-sigmoid'),
  infer: (context) => {
    expectFinite(context, 'the slope', context.attributes.slope);
    expectFinite(context, 'the offset', context.attributes.offset);
    return elementwise('hard-sigmoid').infer(context);
  },
};
