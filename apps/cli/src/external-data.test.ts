import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sepconv, sepconvJson } from './testing/terminal.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sepconv-external-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Protobuf by hand: a number, or bytes, under a field's number; everything here is shorter than 128 bytes. */
const number = (field: number, value: number): number[] => [field * 8, value];
const bytes = (field: number, content: readonly number[]): number[] => [
  field * 8 + 2,
  content.length,
  ...content,
];
const text = (field: number, content: string): number[] => bytes(field, [...Buffer.from(content)]);
const entry = (key: string, value: string): number[] => bytes(13, [...text(1, key), ...text(2, value)]);
const value = (name: string): number[] => {
  const shape = bytes(2, [...bytes(1, number(1, 1)), ...bytes(1, number(1, 2))]);
  return [...text(1, name), ...bytes(2, bytes(1, [...number(1, 1), ...shape]))];
};

/** `y = x · w` for a w of 2×3 whose numbers lie in another file. */
const dense = (location: string): Uint8Array =>
  Uint8Array.from([
    ...number(1, 8),
    ...bytes(7, [
      ...bytes(1, [...text(1, 'x'), ...text(1, 'w'), ...text(2, 'y'), ...text(4, 'MatMul')]),
      ...bytes(5, [
        ...number(1, 2),
        ...number(1, 3),
        ...number(2, 1),
        ...text(8, 'w'),
        ...entry('location', location),
        ...number(14, 1),
      ]),
      ...bytes(11, value('x')),
      ...bytes(12, value('y')),
    ]),
    ...bytes(8, number(2, 13)),
  ]);

async function model(location: string): Promise<string> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, dense(location));
  return path;
}

it('reads weights from files beside the model and in folders below', async () => {
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(join(folder, 'data/w.bin'), new Uint8Array(24));
  const report = await sepconvJson(['cost', await model('data/w.bin'), '--json']);
  expect(report).toMatchObject({ totals: { macs: 6 } });
});

it('says in one sentence which file is missing, too short, or somewhere else', async () => {
  const messageFor = async (location: string): Promise<string> => {
    const { stderr, code } = await sepconv(['cost', await model(location)]);
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
    return stderr;
  };
  expect(await messageFor('gone.bin')).toContain(
    'gone.bin", which holds weights of the model, cannot be read: there is no such file',
  );
  await writeFile(join(folder, 'short.bin'), new Uint8Array(20));
  expect(await messageFor('short.bin')).toContain(
    'is at bytes 0 to 24 of "short.bin", but that file has 20 bytes',
  );
  expect(await messageFor('../w.bin')).toContain("must be a path inside the model's folder");
  await mkdir(join(folder, 'sub'), { recursive: true });
  expect(await messageFor('sub')).toContain('is not a regular file');
  const outside = await mkdtemp(join(tmpdir(), 'sepconv-outside-'));
  try {
    await writeFile(join(outside, 'w.bin'), new Uint8Array(24));
    await symlink(join(outside, 'w.bin'), join(folder, 'link.bin'));
    expect(await messageFor('link.bin')).toContain("is a link out of the model's folder");
  } finally {
    await rm(outside, { recursive: true, force: true });
  }
});
