/** @file What a file is read with: of all that can be read, what the file needs is loaded. */
import type { Readers } from './context.js';
import type { TfliteModel } from './model.js';
import { commonReaders } from './ops/common.js';

/** Whether an operator runs subgraphs of the file. */
export const isControl = (op: string): boolean =>
  op === 'IF' || op === 'WHILE' || op === 'STABLEHLO_COMPOSITE';

/** Operators whose states begin with zeros in every run. */
export const statefulOperators: ReadonlySet<string> = new Set([
  'RNN',
  'SVDF',
  'UNIDIRECTIONAL_SEQUENCE_LSTM',
  'UNIDIRECTIONAL_SEQUENCE_RNN',
]);

/** Loads what a file is read with. */
export async function loadReaders(
  { operators, beside }: TfliteModel,
  arithmetic: string | undefined,
): Promise<Readers> {
  const isCommon = operators.every(({ op }) => Object.hasOwn(commonReaders, op));
  const isReal = arithmetic === undefined || arithmetic === 'float32';
  const [readers, integers, metadata] = await Promise.all([
    isCommon
      ? { operators: new Map(Object.entries(commonReaders)) }
      : import('./ops/registry.js').then(({ floatReaders }) => floatReaders),
    isReal ? undefined : import('./integer/registry.js').then(({ integerReaders }) => integerReaders),
    beside && import('./metadata.js').then(({ readMetadata }) => readMetadata),
  ]);
  return { ...readers, ...(integers && { integers }), ...(metadata && { metadata }) };
}
