import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { prebuiltFiles } from './support/prebuilt.js';
import { promisedOutput } from './support/promised-output.js';

const folder = new URL('../samples/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

describe('every sample prints what its last comment promises', () => {
  test('there are samples', () => expect(files.length).toBeGreaterThan(0));

  test.each(files)('%s', async (name) => {
    const sample = readFileSync(new URL(name, folder), 'utf8');
    expect(
      sample.split('\n').filter((line) => line.length > 86),
      'lines cut off on the page',
    ).toEqual([]);
    const promised = promisedOutput(sample);
    expect(promised.length).toBeGreaterThan(0);
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await import(new URL(name, folder).href);
    // A sample that imports another one prints that one's lines first.
    const printed = log.mock.calls.map((parts) => parts.join(' '));
    expect(printed.slice(-promised.length)).toEqual(promised);
  });
});

test('the declarations beside the sample in a browser are those that sepconv build writes', () => {
  const declarations = readFileSync(new URL('browser/classifier.d.ts', folder), 'utf8');
  expect(declarations).toBe(prebuiltFiles().get('classifier.d.ts'));
});
