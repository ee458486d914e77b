import { describe, expect, test } from 'vitest';
import { inLines, installedVersions } from './machine.ts';

describe('machine', () => {
  test('inLines fills lines up to the width', () => {
    expect(inLines(['aaa', 'bbb', 'ccc'], 8)).toEqual(['aaa, bbb', 'ccc']);
    expect(inLines([], 8)).toEqual([]);
  });

  test('installedVersions reads packages that hide their package.json', () => {
    const versions = installedVersions(['onnxruntime-web', 'no-such-package']);
    expect(versions['onnxruntime-web']).toMatch(/^\d+\.\d+\.\d+/);
    expect(versions['no-such-package']).toBe('missing');
  });
});
