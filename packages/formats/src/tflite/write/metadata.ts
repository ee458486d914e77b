/**
 * @file What a TFLite file says beside its network, as the TFLite Metadata library writes it: a FlatBuffer in one of the buffers, and a
 * list of labels that is packed behind the model. Slot numbers are those of `../metadata.ts`.
 */

import { zipSync } from 'fflate';
import { Builder } from 'flatbuffers';
import type { ModelMetadata } from '../../metadata/metadata.js';
import { propertiesOf } from '../../metadata/properties.js';
import { metadataMagic, metadataName, propertiesName, rootTexts } from '../metadata.js';
import { writeOffsets } from './encode.js';

/** Where the labels lie in the archive. */
const labelsFile = 'labels.txt';
/** AssociatedFileType TENSOR_AXIS_LABELS. */
const axisLabels = 2;
/** ProcessUnitOptions NormalizationOptions. */
const normalizationOptions = 1;

function writeFloats(builder: Builder, values: readonly number[]): number {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addFloat32(value);
  return builder.endVector();
}

/** A table of references by slot. */
function writeTable(
  builder: Builder,
  references: readonly (readonly [slot: number, offset: number])[],
): number {
  builder.startObject(8);
  for (const [slot, offset] of references) builder.addFieldOffset(slot, offset, 0);
  return builder.endObject();
}

/** A table with a union or an enumeration of one byte in front of its references. */
function writeTyped(
  builder: Builder,
  [typeSlot, type]: readonly [number, number],
  references: readonly (readonly [slot: number, offset: number])[],
): number {
  builder.startObject(8);
  builder.addFieldInt8(typeSlot, type, 0);
  for (const [slot, offset] of references) builder.addFieldOffset(slot, offset, 0);
  return builder.endObject();
}

function writeInput(builder: Builder, { normalization }: ModelMetadata): number {
  if (normalization === undefined) return writeTable(builder, []);
  const mean = writeFloats(builder, [normalization.mean].flat());
  const deviation = writeFloats(builder, [normalization.standardDeviation].flat());
  const options = writeTable(builder, [
    [0, mean],
    [1, deviation],
  ]);
  const unit = writeTyped(builder, [0, normalizationOptions], [[1, options]]);
  return writeTable(builder, [[4, writeOffsets(builder, [unit])]]);
}

function writeOutput(builder: Builder, { labels }: ModelMetadata): number {
  if (labels === undefined) return writeTable(builder, []);
  const name = builder.createString(labelsFile);
  const file = writeTyped(builder, [2, axisLabels], [[0, name]]);
  return writeTable(builder, [[6, writeOffsets(builder, [file])]]);
}

/** The tables of the schema; of a list of inputs or outputs the first says something, and the others are there. */
function encodeTables(metadata: ModelMetadata, inputs: number, outputs: number): Uint8Array {
  const builder = new Builder(1024);
  const list = (count: number, write: (builder: Builder, of: ModelMetadata) => number) =>
    writeOffsets(
      builder,
      Array.from({ length: count }, (_, i) => write(builder, i === 0 ? metadata : {})),
    );
  const [inputList, outputList] = [list(inputs, writeInput), list(outputs, writeOutput)];
  const graph = writeTable(builder, [
    [2, inputList],
    [3, outputList],
  ]);
  const graphs = writeOffsets(builder, [graph]);
  const texts = rootTexts.flatMap(([key, slot]): [number, number][] => {
    const text = metadata.properties?.get(key);
    return text === undefined ? [] : [[slot, builder.createString(text)]];
  });
  builder.finish(writeTable(builder, [[3, graphs], ...texts]), metadataMagic);
  return builder.asUint8Array().slice();
}

/** What the schema has no field for, as keys and texts. */
function otherTexts({ channelOrder, resizing, properties = new Map() }: ModelMetadata): Map<string, string> {
  const known = new Set<string>(rootTexts.map(([key]) => key));
  return propertiesOf({
    ...(channelOrder && { channelOrder }),
    ...(resizing && { resizing }),
    properties: new Map([...properties].filter(([key]) => !known.has(key))),
  });
}

/** The buffers that say what stands beside a network; none where nothing does. */
export function metadataBuffers(
  metadata: ModelMetadata,
  inputs: number,
  outputs: number,
): Map<string, Uint8Array> {
  const buffers = new Map<string, Uint8Array>();
  if (Object.keys(metadata).length > 0) buffers.set(metadataName, encodeTables(metadata, inputs, outputs));
  const texts = otherTexts(metadata);
  if (texts.size > 0) {
    buffers.set(propertiesName, new TextEncoder().encode(JSON.stringify(Object.fromEntries(texts))));
  }
  return buffers;
}

/** Offsets of an archive count from the file's beginning, as Python's `zipfile` appends one. */
function shiftArchive(archive: Uint8Array, by: number): void {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const shift = (at: number) => view.setUint32(at, view.getUint32(at, true) + by, true);
  // One file and no comment: the directory's only entry stands in front of the last 22 bytes.
  const end = archive.length - 22;
  shift(view.getUint32(end + 16, true) + 42);
  shift(end + 16);
}

/** A model with the labels packed behind it. */
export function withLabels(model: Uint8Array, labels: readonly string[] | undefined): Uint8Array {
  if (labels === undefined) return model;
  const text = new TextEncoder().encode(
    labels.map((label) => `${label.replace(/[\r\n]+/g, ' ')}\n`).join(''),
  );
  // The same network is the same bytes on any day.
  const archive = zipSync({ [labelsFile]: text }, { level: 0, mtime: new Date(1980, 0, 1) });
  shiftArchive(archive, model.length);
  const file = new Uint8Array(model.length + archive.length);
  file.set(model);
  file.set(archive, model.length);
  return file;
}
