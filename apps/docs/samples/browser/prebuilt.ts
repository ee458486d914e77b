// classifier.js, .wasm and .weights are what `sepconv build` writes.
import { load } from './classifier.js';

const session = await load();
const image = new Float32Array(32 * 32 * 3);
const probabilities = session.run(image);
console.log(`${probabilities.length} classes, without the library`);
// 10 classes, without the library
