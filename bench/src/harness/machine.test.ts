import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  busyProcessors,
  describeCircumstances,
  inLines,
  installedVersions,
  noteCircumstances,
} from './machine.ts';

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

  test('a process that only waits adds nothing to what it sees of others', async () => {
    // Somebody else: a process that works without end.
    const other = spawn(process.execPath, ['-e', 'for (;;);']);
    try {
      await once(other, 'spawn');
      expect(busyProcessors()).toBeGreaterThan(0.5);
      expect(busyProcessors()).toBeLessThanOrEqual(cpus().length);
      expect(describeCircumstances(noteCircumstances()())).toMatch(/^Others kept \d+\.\d\d processors busy/m);
    } finally {
      other.kill();
    }
    expect(describeCircumstances({ ...noteCircumstances()(), busyBefore: 0 })).not.toContain('busy');
  });
});
