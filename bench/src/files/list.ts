/** @file Which model files of which npm packages the table is about. Of the files themselves nothing is in this project. */
import { readFileSync } from 'node:fs';
import type { InputShapes } from '@sepconv/formats';

/** A model file of a package. */
export interface ListedFile {
  /** In the package. */
  readonly path: string;
  /** The file inside `path`, where that is a ZIP (`.task`) or an Emscripten package (`_packed_assets.data`). */
  readonly member?: string;
  /** Of the model file itself, in hexadecimal digits. */
  readonly sha256: string;
  /** Shapes of inputs that the file leaves open, as the file counts. */
  readonly shapes?: InputShapes;
  /** What an input is filled with instead of random numbers, where only some numbers mean anything: a sample rate. */
  readonly values?: Readonly<Record<string, number>>;
  /**
   * A word in black on white instead of a soft picture, for what reads text, which finds none in that; or whole numbers from 0 to 255, for
   * what takes integers.
   */
  readonly picture?: 'text' | 'pixels';
  /** For a quantized file: what its runtime computes, with integers in and out, instead of real numbers. */
  readonly arithmetic?: 'runtime';
}

/** A package at one version, under a licence that lets anybody run its models. */
export interface ListedPackage {
  /** `name@version` */
  readonly package: string;
  readonly license: string;
  readonly files: readonly ListedFile[];
}

/** A listed file with the package that it comes from. */
export interface ListedModel extends ListedFile {
  readonly package: string;
  /** By which it is asked for and shown: package, path and member. */
  readonly name: string;
}

/** The list, `bench/files.json`. */
export function readList(): ListedModel[] {
  const text = readFileSync(new URL('../../files.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as ListedPackage[]).flatMap(({ package: spec, files }) =>
    files.map((file) => ({
      ...file,
      package: spec,
      name: [`${spec.slice(0, spec.lastIndexOf('@'))}/${file.path}`, file.member].filter(Boolean).join(':'),
    })),
  );
}
