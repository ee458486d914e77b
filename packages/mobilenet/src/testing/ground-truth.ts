/** @file Counts that were derived from the architectures elsewhere; they lie beside the repository, where there are any. */
import { existsSync, readFileSync } from 'node:fs';

const file = new URL('../../../../../shared/ground-truth.json', import.meta.url);

/** One row of the `derived` section. */
export interface DerivedRow {
  readonly macs: number;
  readonly params_trainable: number;
  readonly params_with_bn_stats?: number;
}

/** Rows by name, for instance `mobilenet_v1_0.75_192`; `undefined` when the file is not there. */
export const derived: Readonly<Record<string, DerivedRow>> | undefined = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8')).derived
  : undefined;

/** Why a test that needs {@link derived} is skipped. */
export const absent = '../shared/ground-truth.json is not beside the repository';
