// What a user's own page might do: a network on one thread, on two, and in a worker. Bundled by everybody's bundler, or by none.
import { initializeWeights } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { compileInWorker } from '@sepconv/kernels/worker';
import { mobileNetV1 } from '@sepconv/mobilenet';
import { createRandom, randomTensor } from '@sepconv/tensor';

const graph = mobileNetV1({ resolution: 96, width: 0.25 });
const network = { graph, weights: initializeWeights(graph, 1) };
const image = randomTensor([1, 96, 96, 3], createRandom(1));

const told = ({ name, reason, threads }) => ({ name, reason, threads });
const same = (a, b) => a.length === b.length && a.every((value, i) => Object.is(value, b[i]));

/** Runs on two threads here, and counts the runs that are right. */
async function onThreads(expected, options) {
  const session = await compile(network, { threads: 2, ...options });
  let right = same(session.run(image).data, expected) ? 1 : 0;
  await session.ready();
  const engine = told(session.engine);
  for (let i = 0; i < 20; i++) right += same(session.run(image).data, expected) ? 1 : 0;
  session.dispose();
  return { right, engine };
}

/** Runs in a worker, on two threads there. */
async function inWorker(expected, options) {
  const session = await compileInWorker(network, { threads: 2, ...options });
  await session.ready();
  let right = 0;
  const outputs = await Promise.all(Array.from({ length: 20 }, () => session.runAsync(image)));
  for (const { data } of outputs) right += same(data, expected) ? 1 : 0;
  const copy = { ...image, data: image.data.slice() };
  right += same((await session.runAsync(copy, { transfer: true })).data, expected) ? 1 : 0;
  const isGiven = copy.data.length === 0;
  const refused = await session.runAsync({ ...image, shape: [1, 96, 96, 4] }).catch((error) => error.name);
  const engine = told(session.engine);
  session.dispose();
  const late = await session.runAsync(image).catch((error) => error.message);
  return { right, isGiven, refused, engine, late };
}

globalThis.checkThreads = async (options = {}) => {
  const alone = await compile(network);
  const expected = alone.run(image).data.slice();
  return {
    isolated: globalThis.crossOriginIsolated,
    threads: await onThreads(expected, options),
    worker: await inWorker(expected, options),
  };
};

/** Where workers are refused: what threads there are, and how a session in a worker fails. */
globalThis.checkRefused = async (options) => {
  const alone = await compile(network);
  const threads = await onThreads(alone.run(image).data.slice(), options);
  const worker = await compileInWorker(network, options).then(
    () => 'compiled',
    ({ name, message }) => `${name} ${message}`,
  );
  return { threads, worker };
};
