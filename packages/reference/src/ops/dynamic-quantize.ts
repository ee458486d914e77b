import { createTensor, quantizeNumber, roundHalfEven, storedRange, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { FloatTensor } from './reference-op.js';

/** `scale = (max(0, largest) − min(0, least)) / 255` and what follows from it, every step rounded to float32. */
export const dynamicQuantize = /* @__PURE__ */ checked(
  'dynamic-quantize',
  ({ attributes, inputs, outputShape }) => {
    const [input] = inputs as readonly [FloatTensor];
    let [least, largest] = [0, 0];
    for (const value of input.data) {
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
    const range = Math.fround(largest - least);
    const scale = range === 0 ? 1 : Math.fround(range / 255);
    const { min, max } = storedRange('uint8');
    const zero = roundHalfEven(Math.fround(-least / scale));
    const zeroPoint = Number.isNaN(zero) ? 0 : Math.min(max, Math.max(min, zero));
    if (attributes.result === 'scale') return createTensor('float32', [], Float32Array.of(scale));
    if (attributes.result === 'zero-point') return createTensor('uint8', [], Uint8Array.of(zeroPoint));
    const output = zeros('uint8', outputShape);
    for (let i = 0; i < input.data.length; i++) {
      output.data[i] = quantizeNumber(input.data[i]!, scale, zeroPoint, { min, max });
    }
    return output;
  },
);
