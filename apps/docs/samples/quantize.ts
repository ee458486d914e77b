import { initializeWeights } from '@sepconv/graph';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { quantizeNetwork } from '@sepconv/quantize';
import { createRandom, randomTensor } from '@sepconv/tensor';

const graph = mobileNetV1({ width: 0.25, resolution: 32, classes: 10 });
const random = createRandom(1);
const samples = Array.from({ length: 8 }, () => randomTensor([1, 32, 32, 3], random));

// Ranges are learnt from samples; real ones are photos.
const { report } = await quantizeNetwork(
  { graph, weights: initializeWeights(graph, 1) },
  { samples },
);
const { integer, moved, float } = report.counts;
console.log(`${integer} layers in integers, ${moved} move, ${float} real`);
// 29 layers in integers, 1 move, 1 real
