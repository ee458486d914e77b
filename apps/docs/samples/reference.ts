import { initializeWeights } from '@sepconv/graph';
import { createMacCounter, runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { graph } from './network.js';

// The same seed gives the same weights on every machine.
const network = { graph, weights: initializeWeights(graph, 1) };
const image = randomTensor([1, 32, 32, 16], createRandom(2), -1, 1);

const counter = createMacCounter();
const output = runReference(network, image, { counter }).get('pointwise');
console.log(`[${output?.shape.join(', ')}] after ${counter.total} multiply-adds`);
// [1, 32, 32, 32] after 671744 multiply-adds
