/** @file Which tables there are: those of networks that can be built here are generated, the others written by hand. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildNetwork, type NetworkName } from '@sepconv/mobilenet';
import type { Layer } from './layer.ts';
import { layersOf } from './network-layers.ts';
import { formatLayers, parseTable } from './table-file.ts';

/** Networks whose tables are generated. */
export const generatedTables = [
  'mobilenet-v1',
  'mobilenet-v2',
  'mobilenet-v3-large',
  'mobilenet-v3-small',
  'xception',
  'efficientnet-b0',
] as const satisfies readonly NetworkName[];

/** Every table, in the order in which they are measured. */
export const tableNames = [...generatedTables, 'convnext-tiny', 'awkward'] as const;

/** A table's name: `bench/shapes/<name>.txt`. */
export type TableName = (typeof tableNames)[number];

/** The file of a table. */
export const tablePath = (name: TableName): string =>
  fileURLToPath(new URL(`../../shapes/${name}.txt`, import.meta.url));

/** The text of a generated table as it should be. */
export function generateTable(name: (typeof generatedTables)[number]): string {
  const graph = buildNetwork(name);
  return formatLayers(
    `${graph.name}: node scripts/bench.mjs write-shapes writes this file.`,
    layersOf(graph),
  );
}

/** The layers of a table. */
export const readTable = (name: TableName): Layer[] =>
  parseTable(`bench/shapes/${name}.txt`, readFileSync(tablePath(name), 'utf8'));
