import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFiles } from './write-files.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sepconv-write-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const files = new Map<string, Uint8Array | string>([
  ['a.txt', 'text'],
  ['b.bin', Uint8Array.of(1, 2, 3)],
]);

describe('writeFiles', () => {
  it('makes the folders, replaces what was there, and leaves nothing else', async () => {
    const deep = join(folder, 'one', 'two');
    await writeFiles(deep, new Map([['a.txt', 'older and longer']]));
    await writeFiles(deep, files);
    expect(readdirSync(deep).sort()).toEqual(['a.txt', 'b.bin']);
    expect(readFileSync(join(deep, 'a.txt'), 'utf8')).toBe('text');
    expect([...readFileSync(join(deep, 'b.bin'))]).toEqual([1, 2, 3]);
  });

  it('leaves nothing half-written where one of the files cannot be', async () => {
    const taken = join(folder, 'taken');
    mkdirSync(join(taken, 'b.bin'), { recursive: true });
    await expect(writeFiles(taken, files)).rejects.toThrow(
      /cannot write to ".*taken": .*give a folder that can be written/,
    );
    expect(readdirSync(taken).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it.runIf(existsSync('/proc'))(
    'says so where no folder can be made, instead of trying for ever',
    async () => {
      await expect(writeFiles('/proc/sepconv/deep', files)).rejects.toThrow(
        'cannot write to "/proc/sepconv/deep"',
      );
      writeFileSync(join(folder, 'file'), '');
      await expect(writeFiles(join(folder, 'file', 'deep'), files)).rejects.toThrow(/cannot write to/);
    },
  );
});
