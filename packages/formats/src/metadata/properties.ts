/**
 * @file What a model file says beside its network as keys and texts, the `metadata_props` of ONNX. The standard fixes few of them, so
 * keys are those that others write already: `names` of Ultralytics; `image_mean`, `image_std` and `rescale_factor` of
 * `transformers`, by which a pixel becomes `(byte · rescale_factor − image_mean) / image_std`; `interpolation` and `crop_pct` of
 * `timm`; and `Image.BitmapPixelFormat` and `Image.NominalPixelRange` of ONNX's MetadataProps.md.
 */
import type { Normalization } from '@sepconv/tensor';
import type { ModelMetadata, Resizing } from './metadata.js';
import { isNormalization } from './normalization.js';
import { namesIn, numbersIn } from './texts.js';

const labelKeys = ['names', 'labels', 'classes', 'class_names', 'id2label'] as const;

const zeroToOne: Normalization = { mean: 0, standardDeviation: 255 };

/** Pixels from 0 to 255 in the ranges that ONNX names. */
const pixelRanges: Readonly<Record<string, Normalization>> = {
  NominalRange_0_255: { mean: 0, standardDeviation: 1 },
  Normalized_0_1: zeroToOne,
  Normalized_1_1: { mean: 127.5, standardDeviation: 127.5 },
};

const oneOrMany = (values: readonly number[]): number | readonly number[] =>
  values.length === 1 ? (values[0] as number) : values;

type Texts = ReadonlyMap<string, string>;

function normalizationIn(texts: Texts): Normalization | undefined {
  const mean = numbersIn(texts.get('image_mean') ?? '');
  const deviation = numbersIn(texts.get('image_std') ?? '');
  if (mean !== undefined && deviation !== undefined) {
    const [factor = 1 / 255] = numbersIn(texts.get('rescale_factor') ?? '') ?? [];
    const inBytes = (values: readonly number[]) => oneOrMany(values.map((value) => value / factor));
    return { mean: inBytes(mean), standardDeviation: inBytes(deviation) };
  }
  const range = texts.get('Image.NominalPixelRange') ?? '';
  if (Object.hasOwn(pixelRanges, range)) return pixelRanges[range];
  return texts.get('author') === 'Ultralytics' ? zeroToOne : undefined;
}

function resizingIn(texts: Texts): Resizing | undefined {
  const interpolation = texts.get('interpolation');
  const [cropFraction = -1] = numbersIn(texts.get('crop_pct') ?? '') ?? [];
  const resizing: Resizing = {
    ...((interpolation === 'bilinear' || interpolation === 'bicubic') && { interpolation }),
    ...(cropFraction >= 0 && cropFraction <= 1 && { cropFraction }),
  };
  return Object.keys(resizing).length > 0 ? resizing : undefined;
}

/** What keys and texts of a file mean; those that mean nothing here are `properties`. */
export function metadataOf(texts: Texts): ModelMetadata {
  const labels = labelKeys
    .map((key) => namesIn(texts.get(key) ?? ''))
    .find((names) => names !== undefined && names.length > 1);
  const normalization = normalizationIn(texts);
  const resizing = resizingIn(texts);
  const isBgr = texts.get('Image.BitmapPixelFormat') === 'Bgr8';
  const used = new Set<string>([
    ...(labels === undefined ? [] : labelKeys),
    ...(normalization === undefined ? [] : ['image_mean', 'image_std', 'rescale_factor']),
    ...(resizing === undefined ? [] : ['interpolation', 'crop_pct']),
    ...(isBgr ? ['Image.BitmapPixelFormat'] : []),
  ]);
  const properties = new Map([...texts].filter(([key]) => !used.has(key)));
  return {
    ...(labels && { labels }),
    ...(normalization && isNormalization(normalization) && { normalization }),
    ...(isBgr && { channelOrder: 'bgr' }),
    ...(resizing && { resizing }),
    ...(properties.size > 0 && { properties }),
  };
}

/** The keys and texts that say the same: {@link metadataOf} gives the metadata again. */
export function propertiesOf(metadata: ModelMetadata): Map<string, string> {
  const { labels, normalization, channelOrder, resizing, properties = new Map<string, string>() } = metadata;
  const texts = new Map(properties);
  if (labels !== undefined) {
    // As Ultralytics writes it, and valid Python: its readers take nothing else.
    texts.set('names', `{${labels.map((label, i) => `${i}: ${JSON.stringify(label)}`).join(', ')}}`);
  }
  if (normalization !== undefined) {
    texts.set('image_mean', JSON.stringify([normalization.mean].flat()));
    texts.set('image_std', JSON.stringify([normalization.standardDeviation].flat()));
    texts.set('rescale_factor', '1');
  }
  if (channelOrder !== undefined) {
    texts.set('Image.BitmapPixelFormat', channelOrder === 'bgr' ? 'Bgr8' : 'Rgb8');
  }
  if (resizing?.interpolation !== undefined) texts.set('interpolation', resizing.interpolation);
  if (resizing?.cropFraction !== undefined) texts.set('crop_pct', String(resizing.cropFraction));
  return texts;
}
