import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  benchReports,
  besideProcessors,
  groupBy,
  median,
  type ShapeReport,
} from '../src/lib/bench-results.js';
import { cliCommands, commandsIn } from '../src/lib/cli-help.js';
import { helpText } from '../src/lib/help-text.js';
import { opFiles } from '../src/lib/op-files.js';

const workspace = new URL('../../..', import.meta.url).pathname;
const page = (path: string) => readFileSync(new URL(`../src/content/docs/${path}`, import.meta.url), 'utf8');

describe('the commands in the guide', () => {
  test('are found in a program’s help, wherever a line breaks', () => {
    const help = `Usage: x [options]

Commands:
  run [options] <model> <image...>  classify images with a model file
  layer [options]                   one layer, standard beside separable, on
                                    paper and measured
  help [command]                    print the help of a command

Examples:
  $ x run  this is no command`;
    expect(commandsIn(help)).toEqual([
      { name: 'run', summary: 'classify images with a model file' },
      { name: 'layer', summary: 'one layer, standard beside separable, on paper and measured' },
    ]);
  });

  test('are set for the width of the page, with all that their help says', () => {
    const { usage, about, sections } = helpText(`Usage: x run [options] <model>

Classify images, as
the file says.

Options:
  --shape <sizes>  an input that it leaves open,
                   as the file counts it
  -h, --help       print this help

Networks:
  a, b: two of them

Examples:
  $ x run a --shape 1

The JSON has
an entry each.
`);
    expect({ usage, about }).toEqual({
      usage: 'x run [options] <model>',
      about: ['Classify images, as the file says.'],
    });
    expect(sections.map(({ title }) => title)).toEqual(['Options', 'Networks', 'Examples', undefined]);
    expect(sections[0]?.items).toEqual([
      { term: '--shape <sizes>', text: 'an input that it leaves open, as the file counts it' },
      { term: '-h, --help', text: 'print this help' },
    ]);
    expect(sections[1]?.notes).toEqual(['a, b: two of them']);
    expect(sections[2]?.commands).toEqual(['x run a --shape 1']);
    expect(sections[3]?.notes).toEqual(['The JSON has an entry each.']);
  });

  test('are all shown: those that have a section exist, and the page lists the others', () => {
    const commands = cliCommands(workspace);
    for (const { name, help } of commands) {
      expect(help).toContain(`Usage: sepconv ${name}`);
      // Taken apart, a help has every word that it had.
      const { usage, about, sections } = helpText(help);
      const parts = sections.flatMap(({ title, notes, items, commands: examples }) => [
        title ?? '',
        ...notes,
        ...items.map(({ term, text }) => `${term} ${text}`),
        ...examples,
      ]);
      const words = (text: string) => text.match(/[^\s:$]+/g)?.sort();
      expect(words(['Usage', usage, ...about, ...parts].join(' '))).toEqual(words(help));
    }
    for (const guide of ['guides/cli.mdx', 'zh/guides/cli.mdx']) {
      const shown = [...page(guide).matchAll(/<CliCommand name="([^"]+)"/g)].map(([, name]) => name!);
      expect(commands.map(({ name }) => name)).toEqual(expect.arrayContaining(shown));
      const [, than = ''] = /<OtherCommands than=\{\[(.*)\]\}/.exec(page(guide)) ?? [];
      expect(than.match(/[a-z-]+/g)?.sort()).toEqual([...shown].sort());
    }
  }, 120_000);
});

test('all files about an operation are found, in the order of the layers', () => {
  const files = opFiles('depthwise-conv2d', workspace).map(({ path }) => path);
  expect(files[0]).toBe('packages/graph/src/ops/depthwise-conv2d.ts');
  expect(files).toContain('packages/kernels/src/emit/depthwise-conv2d.ts');
  expect(opFiles('no-such-op', workspace)).toEqual([]);
});

describe('results of the benches', () => {
  const circumstances = { date: '2026-11-24T00:00:00.000Z' };
  const folderWith = (files: Readonly<Record<string, unknown>>): string => {
    const folder = mkdtempSync(join(tmpdir(), 'sepconv-bench-test-'));
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), JSON.stringify(content));
    }
    return folder;
  };
  const read = (files: Readonly<Record<string, unknown>>) => {
    const folder = folderWith(files);
    try {
      return benchReports(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test('are read in the order of their names, and other files are left alone', () => {
    const report = (bench: string) => ({ bench, quick: false, circumstances, rows: [] });
    const found = read({
      'b.json': report('fusion'),
      'a.json': report('peers'),
      'c.json': { bench: 'other' },
    });
    expect(found.map(({ bench }) => bench)).toEqual(['peers', 'fusion']);
    expect(benchReports('/no/such/folder')).toEqual([]);
  });

  test('layers stand side by side, processor by processor, whatever each has measured', () => {
    const row = {
      table: 'a',
      engine: 'wide',
      shape: 's',
      op: 'dense',
      ms: 1,
      gflops: 1,
      limitedBy: 'memory',
    };
    const neighbours = [{ channels: 8, ratio: 1.5 }];
    const report = (rows: readonly object[]) => ({ rows }) as unknown as ShapeReport;
    const older = report([
      { ...row, fraction: 0.5 },
      { ...row, fraction: 0.75 },
    ]);
    const newer = report([
      { ...row, fraction: 0.25, type: 'float32', neighbours },
      { ...row, fraction: 1, type: 'int8', neighbours: [] },
    ]);
    const cell = (fraction: number) => ({ layers: 1, medianFraction: fraction, leastFraction: fraction });
    expect(besideProcessors([older, newer])).toEqual([
      {
        table: 'a',
        engine: 'wide',
        op: 'dense',
        cells: [
          { layers: 2, medianFraction: 0.625, leastFraction: 0.5 },
          { ...cell(0.25), worstNeighbour: 1.5 },
        ],
      },
      { table: 'a', engine: 'wide int8', op: 'dense', cells: [undefined, cell(1)] },
    ]);
  });

  test('are refused when they are a smoke test, or not whole', () => {
    expect(() => read({ 'a.json': { bench: 'peers', quick: true, circumstances, rows: [] } })).toThrow(
      'a.json is of a --quick run',
    );
    expect(() => read({ 'a.json': { bench: 'peers', quick: false, rows: [] } })).toThrow(
      'no circumstances or rows',
    );
  });

  test('are summed up', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(groupBy(['ab', 'b', 'ac'], ([first]) => first!)).toEqual([
      ['a', ['ab', 'ac']],
      ['b', ['b']],
    ]);
  });

  test('that are committed can be shown', () => {
    for (const {
      rows,
      circumstances: { cpu, commit },
    } of benchReports(join(workspace, 'bench/results'))) {
      expect(rows.length).toBeGreaterThan(0);
      expect(`${cpu} ${commit}`).not.toContain('undefined');
    }
  });
});
