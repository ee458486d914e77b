import { compareTensors, float32Tensor, toFloat16, toFloat32 } from '@sepconv/tensor';

const weights = float32Tensor([2, 2], [0.1, 0.2, 0.3, 0.4]);
// Half the bytes, and back: off by at most half a unit in the last place.
const restored = toFloat32(toFloat16(weights));
const { ok, maxError } = compareTensors(
  restored,
  weights,
  Float64Array.from(weights.data, (x) => x * 2 ** -11),
);
console.log(`within the bound: ${ok}, changed: ${maxError > 0}`);
// within the bound: true, changed: true
