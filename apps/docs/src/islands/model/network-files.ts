/** @file A network as files that the reader can save. */
import type { ModelMetadata } from '@sepconv/formats';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { writeTflite } from '@sepconv/formats/write-tflite';
import type { Network } from '@sepconv/graph';
import { SepconvError } from '@sepconv/tensor';

/** A file of a network; or why the format has no words for it. */
export interface NetworkFile {
  readonly name: string;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly why?: string;
}

/** The network in a format, or the sentence of its writer. */
function fileOf(name: string, write: () => Uint8Array): NetworkFile {
  try {
    return { name, bytes: write().slice() };
  } catch (error) {
    if (error instanceof SepconvError) return { name, why: error.message };
    throw error;
  }
}

/** The network in every format that is written, with what the files say beside it. */
export const networkFiles = (network: Network, stem: string, metadata: ModelMetadata): NetworkFile[] => [
  fileOf(`${stem}.tflite`, () => writeTflite(network, metadata)),
  fileOf(`${stem}.onnx`, () => writeOnnx(network, metadata)),
];
