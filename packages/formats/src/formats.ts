/** @file Every format: how its files are told apart, and what can be done with them. All that deals with several formats derives from here. */
import type { Network } from '@sepconv/graph';
import type { ImportedNetwork } from './imported-network.js';
import type { Format, Inspection } from './inspection.js';
import type { ModelMetadata } from './metadata/metadata.js';
import type { OnnxOptions } from './onnx/import.js';
import type { OnnxWriteOptions } from './onnx/write/write.js';
import type { TfliteOptions } from './tflite/import.js';

/** Options of every reader together. */
export interface FormatOptions extends OnnxOptions, TfliteOptions {}

/** What is known of a format. The code is imported when it is needed, so that a bundle loads one reader. */
export interface FormatEntry {
  /** As people call it. */
  readonly title: string;
  /** Of file names, in lower case, the usual one first. */
  readonly endings: readonly string[];
  /** Whether a file begins as those of this format do. */
  isIn(bytes: Uint8Array): boolean;
  inspect(bytes: Uint8Array): Promise<Inspection>;
  /** Absent where files hold weights and no network. */
  read?(bytes: Uint8Array, options: FormatOptions): Promise<ImportedNetwork>;
  /**
   * Absent where files are not written. What the format has no place for in `metadata` is left out, and options of other formats count
   * for nothing.
   */
  write?(network: Network, metadata?: ModelMetadata, options?: OnnxWriteOptions): Promise<Uint8Array>;
}

/** Whether `text` stands at `offset`. */
function hasMagic(bytes: Uint8Array, offset: number, text: string): boolean {
  return [...text].every((character, i) => bytes[offset + i] === character.charCodeAt(0));
}

/** By format, in the order in which a file is tried. */
export const formats: Readonly<Record<Format, FormatEntry>> = {
  tflite: {
    title: 'TFLite',
    endings: ['.tflite', '.lite'],
    isIn: (bytes) => hasMagic(bytes, 4, 'TFL3'),
    inspect: async (bytes) => (await import('./tflite/inspect.js')).inspectTflite(bytes),
    read: async (bytes, options) => (await import('./tflite/read.js')).readTflite(bytes, options),
    write: async (network, metadata) =>
      (await import('./tflite/write/write.js')).writeTflite(network, metadata),
  },
  safetensors: {
    title: 'safetensors',
    endings: ['.safetensors'],
    // In front of the header stands its length, whose last byte is 0; in front of an object inside JSON stands text.
    isIn: (bytes) => bytes[7] === 0 && hasMagic(bytes, 8, '{"'),
    inspect: async (bytes) => (await import('./safetensors/inspect.js')).inspectSafetensors(bytes),
    write: async ({ weights }) => (await import('./safetensors.js')).writeSafetensors(weights),
  },
  onnx: {
    title: 'ONNX',
    endings: ['.onnx'],
    // No magic number, but it begins with its version: field 1, a small number, and then a length-delimited field.
    isIn: ([tag, version = 0, next = 0]) => tag === 0x08 && version > 0 && version < 64 && (next & 7) === 2,
    inspect: async (bytes) => (await import('./onnx/inspect.js')).inspectOnnx(bytes),
    read: async (bytes, options) => (await import('./onnx/read.js')).readOnnx(bytes, options),
    write: async (network, metadata, options) =>
      (await import('./onnx/write/write.js')).writeOnnx(network, metadata, options),
  },
  tfjs: {
    title: 'TF.js',
    endings: ['.json'],
    isIn: (bytes) => new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().startsWith('{'),
    inspect: async (bytes) => (await import('./tfjs/inspect.js')).inspectTfjs(bytes),
    read: async (bytes, options) => (await import('./tfjs/read.js')).readTfjsFile(bytes, options),
  },
};
