import { elementwise, expectFinite } from './contract.js';

/** Attributes of the leaky ReLU. PyTorch's and ONNX's default slope is 0.01; Darknet uses 0.1. */
export interface LeakyReluAttributes {
  /** What a negative number is multiplied by; finite. */
  readonly slope: number;
}

/** `x < 0 ? slope · x : x`; NaN stays NaN. Source: Maas, Hannun and Ng 2013. */
export const leakyRelu = elementwise<LeakyReluAttributes>('leaky-relu', (context) =>
  expectFinite(context, 'the slope', context.attributes.slope),
);
