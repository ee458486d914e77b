/**
 * @file `npm run matrix`: the packed packages in every place, and a table of it. Tools are installed into a folder of their own, and not
 * into the workspace: they are hundreds of megabytes that nobody needs for anything else.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserName, browsers, reportOf } from '../browser/browsers.ts';
import type { BrowserReport } from '../browser/engines-page.ts';
import { bundleForPage } from '../browser/page.ts';
import { importableEntries, installPacked, mustRun, publishedPackages, root } from '../packed.ts';
import { bundlers } from './bundlers.ts';
import { pages } from './pages.ts';
import type { Place } from './place.ts';
import { aheadOfTime, runtimes } from './runtimes.ts';

/** What became of a place. */
interface Row {
  readonly place: string;
  readonly tools: readonly string[];
  readonly outcome: 'same bits' | 'as expected' | 'failed' | 'not here';
  readonly says: string;
  readonly limit?: string;
}

const wanted = process.argv.slice(2);
const places: readonly Place[] = [...runtimes, ...aheadOfTime, ...bundlers, ...pages].filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part.toLowerCase())),
);

const say = ({ place, outcome, says }: Row): void => {
  console.log(`${outcome.padEnd(12)}${place}${outcome === 'same bits' ? '' : `: ${says.slice(0, 600)}`}`);
};

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function rowOf(place: Place, project: string, expected: string): Promise<Row> {
  const { name, tools, limit } = place;
  const row = { place: name, tools, ...(limit === undefined ? {} : { limit }) };
  try {
    if (tools.length > 0) {
      const options = ['--no-save', '--no-audit', '--no-fund', '--legacy-peer-deps', '--loglevel=error'];
      mustRun(project, 'npm', ['install', ...options, ...tools]);
    }
    const says = await place.run(project);
    if (says === expected) return { ...row, outcome: 'same bits', says };
    const isBits = /^\d+:/.test(says) || /rror/.test(says);
    return { ...row, outcome: isBits ? 'failed' : 'as expected', says };
  } catch (error) {
    return { ...row, outcome: 'failed', says: message(error) };
  }
}

/** The three engines of browsers: V2's bits, and every op within its bound. */
async function rowOfBrowser(
  name: BrowserName,
  files: ReadonlyMap<string, readonly [string, string]>,
  expected: string,
): Promise<Row> {
  const row = { place: `${name}, every op and a classifier`, tools: [] };
  if (browsers[name].path === undefined) {
    return { ...row, outcome: 'not here', says: `install ${browsers[name].brings}` };
  }
  try {
    const { bits, sweeps, agent } = (await reportOf(name, files, '?runs=4', 900_000)) as BrowserReport;
    const failed = Object.entries(sweeps).filter(([, cases]) => typeof cases !== 'number');
    if (failed.length > 0) return { ...row, outcome: 'failed', says: JSON.stringify(failed) };
    const cases = Object.values(sweeps).reduce<number>((sum, count) => sum + Number(count), 0);
    const outcome = bits.simd128 === expected ? 'same bits' : 'failed';
    return {
      ...row,
      outcome,
      says: `${agent}: ${cases} cases; simd128 ${bits.simd128}, relaxed ${bits.relaxed}`,
    };
  } catch (error) {
    return { ...row, outcome: 'failed', says: message(error) };
  }
}

/** Puts rows into the table, in place of what was there of the same places. */
function writeTable(rows: readonly Row[]): void {
  const folder = join(root, 'integration/results');
  const path = join(folder, 'matrix.json');
  const before: Row[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).rows : [];
  const byPlace = new Map([...(wanted.length === 0 ? [] : before), ...rows].map((row) => [row.place, row]));
  mkdirSync(folder, { recursive: true });
  const table = { date: new Date().toISOString(), node: process.version, rows: [...byPlace.values()] };
  writeFileSync(path, `${JSON.stringify(table, null, 2)}\n`);
}

const packages = publishedPackages();
const project = installPacked(packages);
try {
  const entries = packages.flatMap(({ manifest }) => importableEntries(manifest));
  writeFileSync(join(project.folder, 'entries.json'), JSON.stringify(entries));
  const node = runtimes.find(({ name }) => name === 'Node, import') as Place;
  const expected = await node.run(project.folder);
  const rows: Row[] = [];
  for (const place of places) {
    const row = await rowOf(place, project.folder, expected);
    say(row);
    rows.push(row);
  }
  if (wanted.length === 0 || wanted.includes('browsers')) {
    const files = new Map([
      ['/main.js', ['text/javascript', await bundleForPage('engines-page.ts')] as const],
    ]);
    for (const name of Object.keys(browsers) as BrowserName[]) {
      const row = await rowOfBrowser(name, files, expected);
      say(row);
      rows.push(row);
    }
  }
  writeTable(rows);
  if (rows.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
} finally {
  project.remove();
}
