import { basename, dirname } from 'node:path';
import { formatOfName, formats, type ModelMetadata, type OnnxForm, onnxForms } from '@sepconv/formats';
import type { Network } from '@sepconv/graph';
import { Option } from 'commander';
import type { OptionRule } from './commands/unused-options.js';
import { printable, UsageError, withContext } from './errors.js';
import { writtenEndings } from './model-formats.js';
import { checkWritable, writeFiles } from './write-files.js';

/** A file that was written. */
export interface WrittenFile {
  readonly file: string;
  readonly bytes: number;
}

const writerFor = (path: string) => {
  const format = formatOfName(path);
  return format && formats[format].write;
};

/**
 * Checks that a network made of `inputs` can be written under this name, before anything is computed. What is there is
 * replaced, as compilers do, but not a file that is read.
 *
 * @throws {UsageError} naming the formats that can be written, or the file.
 */
export async function checkNetworkPath(path: string, inputs: readonly string[]): Promise<void> {
  if (writerFor(path) === undefined) {
    throw new UsageError(`"${printable(path)}" must end in ${writtenEndings}: other formats are not written`);
  }
  await checkWritable(path, inputs);
}

/** `--form`: how a network of integers becomes ONNX. */
export const formOption = (): Option =>
  new Option(
    '--form <name>',
    'products of integers in ONNX: in real numbers between QuantizeLinear and DequantizeLinear (qdq, the default), or as QLinearConv and QLinearMatMul (qlinear)',
  ).choices(onnxForms);

/** When `--form` counts: only ONNX has two. */
export const formRule: OptionRule<{ readonly output?: string }> = {
  options: ['form'],
  countsWhen: ({ output }) => output !== undefined && formatOfName(output) === 'onnx',
  otherwise: 'would be ignored: only a file that ends in .onnx has forms; write one with -o',
};

/** Writes a network in the format of the path's ending, whole or not at all, with what its file says beside it. */
export async function writeNetwork(
  path: string,
  network: Network,
  metadata?: ModelMetadata,
  form: OnnxForm = 'qdq',
): Promise<WrittenFile> {
  const write = writerFor(path) as NonNullable<ReturnType<typeof writerFor>>;
  const bytes = await withContext(`"${printable(path)}" cannot be written`, () =>
    write(network, metadata, { form }),
  );
  await writeFiles(dirname(path), new Map([[basename(path), bytes]]));
  return { file: path, bytes: bytes.length };
}
