import { describe, expect, test } from 'vitest';
import { fileOf } from './page-server.ts';

describe('fileOf', () => {
  const folders = { '/assets/a': '/srv/a' };

  test('maps a prefix to its folder', () => {
    expect(fileOf('/assets/a/x/y.wasm', folders)).toBe('/srv/a/x/y.wasm');
  });

  test('knows nothing else, and does not leave its folders', () => {
    expect(fileOf('/assets/b/x', folders)).toBeUndefined();
    expect(fileOf('/assets/a/../../etc/passwd', folders)).toBeUndefined();
    expect(fileOf('/assets/ab', folders)).toBeUndefined();
  });
});
