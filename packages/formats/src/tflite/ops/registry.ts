/** @file The only list of TFLite operators that can be read; the rest of the package and its messages go by it. */

import type { OperatorReader, Readers } from '../context.js';
import { importControl } from '../control-flow.js';
import { withoutVariables } from '../variables.js';
import { commonReaders } from './common.js';
import { moreReaders } from './more.js';

/** Readers by TFLite's name of the operator. */
export const operatorReaders: ReadonlyMap<string, OperatorReader> = new Map(
  Object.entries({ ...commonReaders, ...moreReaders }).sort(([a], [b]) => (a < b ? -1 : 1)),
);

/** All readers of real numbers. */
export const floatReaders: Readers = {
  operators: operatorReaders,
  control: importControl,
  variables: withoutVariables,
};
