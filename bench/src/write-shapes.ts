/** @file Writes the tables of layers of all networks that can be built here: node scripts/bench.mjs write-shapes */
import { writeFileSync } from 'node:fs';
import { generatedTables, generateTable, tablePath } from './shapes/tables.ts';

for (const name of generatedTables) writeFileSync(tablePath(name), generateTable(name));
