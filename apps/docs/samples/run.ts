import { initializeWeights } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { mobileNetV2 } from '@sepconv/mobilenet';
import { expectDType, imageToTensor } from '@sepconv/tensor';

const graph = mobileNetV2({ width: 0.35, resolution: 96 });
const session = await compile({ graph, weights: initializeWeights(graph, 1) });

// Pixels with four bytes each, as a canvas gives them; here they are all grey.
const pixels = {
  data: new Uint8Array(640 * 480 * 4).fill(128),
  width: 640,
  height: 480,
};
const image = imageToTensor(pixels, { size: { height: 96, width: 96 } });
const { data } = expectDType(session.run(image), 'float32');

const sum = data.reduce((total, probability) => total + probability, 0);
console.log(`${data.length} probabilities, ${sum.toFixed(3)} together`);
session.dispose();
// 1000 probabilities, 1.000 together
