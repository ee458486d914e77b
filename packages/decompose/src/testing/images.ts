import { createRandom, createTensor, type Shape, type Tensor } from '@sepconv/tensor';

/** A seeded image of a few waves around 1: neighbouring pixels are alike, as in photographs and unlike in noise. */
export function smoothImage(shape: Shape, seed: number): Tensor<'float32'> {
  const random = createRandom(seed);
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  const data = new Float32Array(batch * height * width * channels);
  for (let plane = 0; plane < batch * channels; plane++) {
    const [n, c] = [Math.floor(plane / channels), plane % channels];
    for (let wave = 0; wave < 4; wave++) {
      const [down, across, phase, size] = [random.next(), random.next(), 6 * random.next(), random.next()];
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const at = ((n * height + y) * width + x) * channels + c;
          data[at] = data[at]! + 0.25 + size * Math.sin(0.6 * down * y + 0.6 * across * x + phase);
        }
      }
    }
  }
  return createTensor('float32', shape, data);
}
