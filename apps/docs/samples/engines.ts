import { initializeWeights } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { graph } from './network.js';

const network = { graph, weights: initializeWeights(graph, 1) };
const image = randomTensor([1, 32, 32, 16], createRandom(2));

// The default takes the fastest engine that passes a self-check here, and says why.
const automatic = await compile(network);
console.error(`${automatic.engine.name}: ${automatic.engine.reason}`);

// The baseline runs wherever WebAssembly has vectors, with the same bits everywhere.
const baseline = await compile(network, { engine: 'simd128' });
const first = baseline.run(image).data.slice();
const second = baseline.run(image).data;
const isSame = second.every((x, i) => x === first[i]);
console.log(`${baseline.engine.name}: the same bits again, ${isSame}`);

// Layers that run together in strips, or not: the same bits too.
const apart = await compile(network, { engine: 'simd128', fusion: 'off' });
const third = apart.run(image).data;
const isStillSame = third.every((x, i) => x === first[i]);
console.log(`without strips: the same bits, ${isStillSame}`);
// simd128: the same bits again, true
// without strips: the same bits, true
