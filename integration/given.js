// What the reader of a document is thought to have: a small network, images of its size, and files of it.
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { writeTflite } from '@sepconv/formats/write-tflite';
import { conv2d, GraphBuilder, initializeWeights } from '@sepconv/graph';
import { compile, predictSchedule } from '@sepconv/kernels';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { createRandom, randomTensor } from '@sepconv/tensor';

const random = createRandom(1);
const draw = () => randomTensor([1, 32, 32, 3], random);

export const graph = mobileNetV1({ resolution: 32, width: 0.25, classes: 3 });
export const weights = initializeWeights(graph, 1);
export const network = { graph, weights };

const withWeights = (built) => ({ graph: built, weights: initializeWeights(built, 1) });
const builder = new GraphBuilder('standard');
const first = conv2d(builder, builder.input('image', [1, 32, 32, 3]), { filters: 32, kernel: 3 });
/** Of standard convolutions. */
export const standard = withWeights(builder.build([conv2d(builder, first, { filters: 64, kernel: 3 })]));
const other = new GraphBuilder('tiny');
const features = conv2d(other, other.input('image', [1, 32, 32, 3]), { filters: 8, kernel: 3 });
export const tiny = withWeights(other.build([other.node('relu', [features], {})]));

export const image = draw();
export const images = Array.from({ length: 6 }, draw);
export const batch = draw();
export const lossGradient = randomTensor([1, 3], random);
export const pixels = { data: new Uint8ClampedArray(40 * 36 * 4), width: 40, height: 36 };
export const signal = new AbortController().signal;
export const session = await compile(network);
export const tflite = writeTflite(network);
export const onnx = writeOnnx(network);
export const onnxName = 'model.onnx';
export const nchw = randomTensor([1, 3, 32, 32], random);
export const data = {
  training: {
    shape: [32, 32, 3],
    pixels: new Uint8Array(32 * 32 * 32 * 3),
    labels: Array.from({ length: 32 }, (_, i) => i % 3),
    classes: ['a', 'b', 'c'],
    normalization: { mean: 127.5, standardDeviation: 127.5 },
  },
};
export { predictSchedule };
