/**
 * @file Puts reports into bench/NOTES.md: node scripts/bench.mjs write-notes FILE.json ...
 * The files are what the benches print with --json.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Report, sectionOf, withReport } from './notes/sections.ts';

const path = new URL('../NOTES.md', import.meta.url);
const files = process.argv.slice(2);

try {
  if (files.length === 0) throw new Error('usage: node scripts/bench.mjs write-notes FILE.json ...');
  let notes = readFileSync(path, 'utf8');
  for (const file of files) {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    notes = withReport(notes, report);
    console.error(`${file}: ${sectionOf(report)}`);
  }
  writeFileSync(path, notes);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
