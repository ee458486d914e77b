import { decomposeNetwork } from '@sepconv/decompose';
import { conv2d, GraphBuilder, initializeWeights } from '@sepconv/graph';

const builder = new GraphBuilder('one-layer');
const image = builder.input('image', [1, 16, 16, 8]);
const graph = builder.build([
  conv2d(builder, image, { name: 'conv', kernel: 3, filters: 32 }),
]);

// Every convolution becomes a sum of two separable ones, the best for its weights.
const { report } = await decomposeNetwork(
  { graph, weights: initializeWeights(graph, 1) },
  { rank: 2 },
);
const { macsBefore, macsAfter } = report.totals;
console.log(`${macsBefore} multiply-adds become ${macsAfter}`);
// 589824 multiply-adds become 167936
