import { writeOnnx } from '@sepconv/formats/write-onnx';
import { digitNetwork, initialWeights } from '@sepconv/train';
import { loadClassifier } from '@sepconv/vision';

// A file that says what its classes and pixels are, as `sepconv train` writes it.
const graph = digitNetwork();
const labels = Array.from({ length: 10 }, (_, digit) => `a ${digit}`);
const normalization = { mean: 127.5, standardDeviation: 127.5 };
const file = writeOnnx(
  { graph, weights: initialWeights(graph, 1) },
  { labels, normalization },
);

const classifier = await loadClassifier(file);
const image = { data: new Uint8Array(28 * 28), width: 28, height: 28 };
const answers = await classifier.classify(image, { top: 3 });
console.log(`${answers.length} of ${classifier.labels.length} classes`);
// 3 of 10 classes
