import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOnnx } from '@sepconv/formats/write-onnx';
import { conv2d, GraphBuilder, initializeWeights } from '@sepconv/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sepconv } from './testing/terminal.js';

/** @file A model whose every name is an attack, through every command's every report. */

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sepconv-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Line breaks are ours; nothing else that a terminal obeys or an eye does not see. */
const forbidden = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const names = [
  '\u001b[31m\u001b]0;title\u0007\u009b2J\u007f',
  '\u202egpj\u2066\u200b\u200e\u061c\ufeff\u2028',
  '=cmd|" /C calc"!A0,"',
  'a|b`c<img src=x onerror=alert(1)>&',
  ' \n=1+1\nsepconv: forged',
  `x${' '.repeat(100_000)}y`,
] as const;

/** A small network in which everything has this name, as an ONNX file. */
function hostileModel(name: string): string {
  const builder = new GraphBuilder(name);
  const image = builder.input(`${name}in`, [1, 8, 8, 3]);
  const convolved = conv2d(builder, image, { filters: 4, kernel: 3, name: `${name}conv` });
  const graph = builder.build([builder.node('relu', [convolved], {}, `${name}relu`)]);
  const path = join(folder, `${(names as readonly string[]).indexOf(name)}.onnx`);
  writeFileSync(path, writeOnnx({ graph, weights: initializeWeights(graph, 1) }));
  return path;
}

describe.each(names.map((name, i) => [i, name] as const))('name %i', { timeout: 60_000 }, (i, name) => {
  it.each([
    ['cost'],
    ['cost', '--csv'],
    ['cost', '--markdown'],
    ['cost', '--json'],
    ['cost', '--in-place', '--patches', '2'],
    ['cost', '--html', 'HTML'],
    ['inspect'],
    ['inspect', '--json'],
    ['inspect', '--shape', `${name}=1x2`],
    ['cost', '--shape', `${name}=1x2`],
    ['cost', '--compare', name],
    ['verify', '--all'],
    ['verify', '--json'],
    ['decompose', '--rank', '1', '--no-measure'],
    ['decompose', '--rank', '1', '--no-measure', '--json'],
    ['run', name],
    ['export', '-o', 'OUT'],
    ['export', '-o', `${name}.txt`],
    ['build', '-o', 'OUT'],
    ['train', '--net', name],
  ])('does nothing in %s %s %s', async (command = '', ...options) => {
    const html = join(folder, 'page.html');
    const path = hostileModel(name);
    const argv = options.map((word) =>
      word === 'HTML' ? html : word === 'OUT' ? join(folder, `o${i}.onnx`) : word,
    );
    const { stdout, stderr } = await sepconv([command, path, ...argv]);
    expect(stdout).not.toMatch(forbidden);
    expect(stderr).not.toMatch(forbidden);
    expect(stderr).not.toMatch(/^sepconv: (forged|internal)/m);
    expect(stdout + stderr).not.toMatch(/^forged/m);
    expect(stderr.length).toBeLessThan(6000);
    // JSON is data, and keeps names as they are.
    if (!argv.includes('--json')) expect(stdout.length).toBeLessThan(60_000);
    if (argv.includes('--json') && stdout !== '') JSON.parse(stdout);
    if (argv.includes('--csv')) expect(stdout).not.toMatch(/^\s*"?\s*[=+@-]/m);
    if (argv.includes(html)) {
      const page = readFileSync(html, 'utf8');
      expect(page).not.toMatch(forbidden);
      expect(page).not.toMatch(/<img/);
    }
  });
});
