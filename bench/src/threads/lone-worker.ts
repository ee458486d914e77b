/** @file A thread that runs a network by itself, without a pool: for as long as it is told each time, and it says how fast. */
import { parentPort, workerData } from 'node:worker_threads';
import { compile } from '@sepconv/kernels';
import { median } from '../harness/statistics.ts';
import { buildModel } from '../peers/models.ts';

const { network, input } = buildModel(workerData as string);
const session = await compile(network, { allowProcessFlags: true });
parentPort?.on('message', (milliseconds: number) => {
  const times: number[] = [];
  const start = performance.now();
  let before = start;
  while (before - start < milliseconds) {
    session.run(input);
    const now = performance.now();
    times.push(now - before);
    before = now;
  }
  parentPort?.postMessage(median(times));
});
parentPort?.postMessage(0);
