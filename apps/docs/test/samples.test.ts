import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';

const folder = new URL('../samples/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

/** The comment lines at the end of a sample: what it says that it prints. */
function promisedOutput(code: string): string[] {
  const lines = code.trimEnd().split('\n');
  const last = lines.findLastIndex((line) => !line.startsWith('// '));
  return lines.slice(last + 1).map((line) => line.slice('// '.length));
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

describe('every sample prints what its last comment promises', () => {
  test('there are samples', () => expect(files.length).toBeGreaterThan(0));

  test.each(files)('%s', async (name) => {
    const promised = promisedOutput(readFileSync(new URL(name, folder), 'utf8'));
    expect(promised.length).toBeGreaterThan(0);
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await import(new URL(name, folder).href);
    // A sample that imports another one prints that one's lines first.
    const printed = log.mock.calls.map((parts) => parts.join(' '));
    expect(printed.slice(-promised.length)).toEqual(promised);
  });
});
