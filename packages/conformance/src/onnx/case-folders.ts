/** @file Cases on disk: a folder with `model.onnx` and, for each data set, `test_data_set_0/input_0.pb`, `output_0.pb`. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { runOnnxCase } from './run-case.ts';
import type { OnnxCase, OnnxDataSet, OnnxFormats, OnnxResult, RunNetwork } from './types.ts';

/** A folder that holds a case, or should. */
export interface CaseFolder {
  /** The folder's own name; where two have the same one, their paths below the root. */
  readonly name: string;
  readonly path: string;
}

const modelName = 'model.onnx';
const isDataSet = (name: string): boolean => name.startsWith('test_data_set_');

/** Names in a folder, `input_10` behind `input_9`; hidden ones are none of ours. */
const namesIn = (path: string): string[] =>
  readdirSync(path)
    .filter((name) => !name.startsWith('.'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/**
 * The paths of all cases at or below `path`. A folder is one when it has a model or a data set, and also when it has no
 * folder below it: that is a case that lost its files. Links are followed, and each folder is visited once.
 */
function collect(path: string, visited: Set<string>): string[] {
  const real = realpathSync(path);
  if (visited.has(real)) return [];
  const isRoot = visited.size === 0;
  visited.add(real);
  const names = namesIn(path);
  const folders = names.filter((name) => isFolder(join(path, name)));
  const isCase = names.includes(modelName) || folders.some(isDataSet) || (folders.length === 0 && !isRoot);
  const below = folders
    .filter((name) => !isDataSet(name))
    .flatMap((name) => collect(join(path, name), visited));
  return isCase ? [path, ...below] : below;
}

/**
 * Every case folder at or below `root`, in the order of their paths.
 *
 * @throws the system's error when `root` is no folder that can be read.
 */
export function findCaseFolders(root: string): CaseFolder[] {
  const top = resolve(root);
  const paths = collect(top, new Set());
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(basename(path), (counts.get(basename(path)) ?? 0) + 1);
  return paths.map((path) => {
    const isUnique = counts.get(basename(path)) === 1 || path === top;
    return { name: isUnique ? basename(path) : relative(top, path).split(sep).join('/'), path };
  });
}

/** Bytes of the files called `input_0.pb`, `input_1.pb`, …: all of them, without a gap. */
function readTensors(path: string, kind: 'input' | 'output'): Uint8Array[] {
  const names = namesIn(path).filter((name) => name.startsWith(`${kind}_`) && name.endsWith('.pb'));
  return names.map((name, i) => {
    if (name !== `${kind}_${i}.pb`)
      throw new Error(`${basename(path)} has ${name} where ${kind}_${i}.pb should be`);
    return new Uint8Array(readFileSync(join(path, name)));
  });
}

function readCase({ name, path }: CaseFolder): OnnxCase {
  const names = namesIn(path);
  if (!names.includes(modelName)) throw new Error(`the folder has no ${modelName}`);
  const sets = names.filter((one) => isDataSet(one) && isFolder(join(path, one)));
  if (sets.length === 0) throw new Error('the folder has no test_data_set_*');
  const dataSets = sets.map((set): OnnxDataSet => {
    const [inputs, outputs] = [readTensors(join(path, set), 'input'), readTensors(join(path, set), 'output')];
    return { name: set, inputs, outputs };
  });
  // The importer has seen to it that the path does not leave the folder; a link must not, either.
  const files = (file: string): Uint8Array => {
    const real = realpathSync(join(path, file));
    if (!real.startsWith(realpathSync(path) + sep)) throw new Error(`${file} lies outside the case's folder`);
    return new Uint8Array(readFileSync(real));
  };
  return { name, model: new Uint8Array(readFileSync(join(path, modelName))), files, dataSets };
}

/** {@link runOnnxCase} on a folder; one that cannot be read has `failed`, with a sentence. */
export async function runCaseFolder(
  folder: CaseFolder,
  formats: OnnxFormats,
  run: RunNetwork,
): Promise<OnnxResult> {
  try {
    return await runOnnxCase(readCase(folder), formats, run);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { name: folder.name, status: 'failed', atLoad: false, why };
  }
}
