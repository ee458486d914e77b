/**
 * @file What a TF.js model says beside its network: the `metadata.json` that Teachable Machine puts beside it, and the
 * `userDefinedMetadata` of `model.json`. Source: https://github.com/googlecreativelab/teachablemachine-community,
 * libraries/image/src/custom-mobilenet.ts, where a pixel becomes `byte / 127 − 1`.
 */
import { SepconvError } from '@sepconv/tensor';
import { type Json, parseJson } from '../json.js';
import type { ModelMetadata } from '../metadata/metadata.js';
import { JsonObject } from './json.js';

const teachableImage = '@teachablemachine/image';
const labelKeys = ['labels', 'classes', 'classNames', 'names'] as const;

/** A list of texts, at least two. */
function labelsIn(json: JsonObject): readonly string[] | undefined {
  for (const key of labelKeys) {
    const list = json.get(key);
    const isList = Array.isArray(list) && list.length > 1 && list.every((one) => typeof one === 'string');
    if (isList) return list as readonly string[];
  }
  return undefined;
}

function metadataIn(json: JsonObject): ModelMetadata {
  const labels = labelsIn(json);
  const isImage = json.get('packageName') === teachableImage;
  const properties = json.keys().flatMap((key) => {
    const value = json.get(key);
    return typeof value === 'string' && value !== '' ? [[key, value] as const] : [];
  });
  return {
    ...(labels && { labels }),
    ...(isImage && { normalization: { mean: 127, standardDeviation: 127 } }),
    ...(properties.length > 0 && { properties: new Map(properties) }),
  };
}

/** The metadata of a model; a file beside it that is something else than this says nothing. */
export function tfjsMetadata(model: JsonObject, beside: Uint8Array | undefined): ModelMetadata {
  const own = model.get('userDefinedMetadata');
  const parts: Json[] = typeof own === 'object' ? [own] : [];
  try {
    if (beside !== undefined) parts.push(parseJson(beside, 'metadata.json'));
  } catch (error) {
    if (!(error instanceof SepconvError)) throw error;
  }
  const found = parts
    .filter((json) => typeof json === 'object' && json !== null && !Array.isArray(json))
    .map((json) => metadataIn(new JsonObject(json, 'metadata.json')));
  return Object.assign({}, ...found) as ModelMetadata;
}
