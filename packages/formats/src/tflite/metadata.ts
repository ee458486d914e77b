/**
 * @file What a TFLite file says beside its network: a FlatBuffer of its own in one of the buffers, called TFLITE_METADATA, and files of
 * labels that are packed behind the model. Slot numbers are facts of the schema,
 * tensorflow/lite/schema/metadata_schema.fbs of https://github.com/tensorflow/tflite-support.
 */
import { SepconvError } from '@sepconv/tensor';
import type { ModelMetadata } from '../metadata/metadata.js';
import { isNormalization } from '../metadata/normalization.js';
import { metadataOf } from '../metadata/properties.js';
import { textLines } from '../metadata/texts.js';
import { type AssociatedFiles, associatedFiles } from './associated-files.js';
import { FlatFile, type FlatTable } from './flat-buffer.js';
import type { MetadataSource } from './model.js';

/** The name under which a model lists this buffer, and what the buffer begins with behind its root offset. */
export const metadataName = 'TFLITE_METADATA';
export const metadataMagic = 'M001';

/** A buffer of our own, JSON of keys and texts: what that schema has no field for. */
export const propertiesName = 'sepconv.properties';

/** Texts of the schema's root and their slots. */
export const rootTexts = [
  ['name', 0],
  ['description', 1],
  ['version', 2],
  ['author', 4],
  ['license', 5],
] as const;

/** AssociatedFileType: names along an axis of a tensor, or of the values of one. */
const labelTypes: readonly number[] = [2, 3];
/** ProcessUnitOptions. */
const normalizationOptions = 1;

const oneOrMany = (values: readonly number[]): number | readonly number[] =>
  values.length === 1 ? (values[0] as number) : values;

/** The labels of the first output that has some: the main list where there are several languages. */
function labelsOf(outputs: readonly FlatTable[], files: AssociatedFiles): readonly string[] | undefined {
  for (const output of outputs) {
    const lists = output
      .tables(6, 'associated_files', 'associated file')
      .filter((file) => labelTypes.includes(file.uint8(2, 'type')));
    const main = lists.find((file) => file.string(3, 'locale') === '') ?? lists[0];
    const bytes = main && files(main.string(0, 'name'));
    if (bytes !== undefined && bytes.length > 0) return textLines(new TextDecoder().decode(bytes));
  }
  return undefined;
}

/** The first input's NormalizationOptions: `(byte − mean) / std`. */
function normalizationOf(inputs: readonly FlatTable[]): Pick<ModelMetadata, 'normalization'> {
  const unit = inputs[0]
    ?.tables(4, 'process_units', 'process unit')
    .find((one) => one.uint8(0, 'options_type') === normalizationOptions);
  const options = unit?.table(1, 'options');
  const mean = options?.float32s(0, 'mean') ?? [];
  const deviation = options?.float32s(1, 'std') ?? [];
  if (mean.length === 0 || deviation.length === 0) return {};
  const normalization = { mean: oneOrMany(mean), standardDeviation: oneOrMany(deviation) };
  return isNormalization(normalization) ? { normalization } : {};
}

function readTables(metadata: Uint8Array, files: AssociatedFiles): ModelMetadata {
  const root = new FlatFile(metadata).root();
  const [main] = root.tables(3, 'subgraph_metadata', 'subgraph metadata');
  const labels = labelsOf(main?.tables(3, 'output_tensor_metadata', 'output metadata') ?? [], files);
  const texts = rootTexts.flatMap(([key, slot]) => {
    const text = root.string(slot, key);
    return text === '' ? [] : [[key, text] as const];
  });
  return {
    ...(labels && { labels }),
    ...normalizationOf(main?.tables(2, 'input_tensor_metadata', 'input metadata') ?? []),
    ...(texts.length > 0 && { properties: new Map(texts) }),
  };
}

/** Keys and texts of our own buffer, those that are texts. */
function readProperties(buffer: Uint8Array | undefined): ModelMetadata {
  if (buffer === undefined) return {};
  let texts: unknown;
  try {
    texts = JSON.parse(new TextDecoder().decode(buffer));
  } catch {
    throw new SepconvError(`${propertiesName} is no JSON`);
  }
  const entries = Object.entries(texts ?? {});
  return metadataOf(
    new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
  );
}

/** Both together; texts of both. */
function joined(tables: ModelMetadata, own: ModelMetadata): ModelMetadata {
  const properties = new Map([...(tables.properties ?? []), ...(own.properties ?? [])]);
  return { ...own, ...tables, ...(properties.size > 0 && { properties }) };
}

/** What a file says beside its network, and what of that could not be read. */
export interface About {
  readonly metadata: ModelMetadata;
  readonly warnings: readonly string[];
}

/**
 * Reads what the file says beside its network; nothing where it says nothing. Metadata that is damaged does not keep a network from
 * being read: it is a warning.
 */
export function readMetadata({ entries, buffers, bytes }: MetadataSource): About {
  try {
    const bufferOf = (name: string): Uint8Array | undefined => {
      const entry = entries.find((table) => table.string(0, 'name') === name);
      return entry && buffers[entry.uint32(1, 'buffer')];
    };
    const buffer = bufferOf(metadataName);
    const own = readProperties(bufferOf(propertiesName));
    if (buffer === undefined) return { metadata: own, warnings: [] };
    if (String.fromCharCode(...buffer.subarray(4, 8)) !== metadataMagic) {
      throw new SepconvError(`it begins with something else than ${metadataMagic}`);
    }
    return { metadata: joined(readTables(buffer, associatedFiles(bytes)), own), warnings: [] };
  } catch (error) {
    if (!(error instanceof SepconvError)) throw error;
    return {
      metadata: {},
      warnings: [`The metadata of the file (labels, normalization) cannot be read: ${error.message}`],
    };
  }
}
