import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FusionReport } from '../fusion/report.ts';
import { sectionOf, withReport } from './sections.ts';

const report: FusionReport = {
  bench: 'fusion',
  quick: false,
  circumstances: {
    date: '2026-11-24',
    cpu: 'CPU',
    cores: 2,
    memoryGiB: 24,
    os: 'linux',
    busyBefore: 0,
    versions: {},
    commit: 'abc',
  },
  schedule: { rounds: 1, sampleMs: 1 },
  rows: [],
};

describe('withReport', () => {
  test('replaces what stands between the marks, and nothing else', () => {
    const notes = 'before <!-- begin fusion-node --> old <!-- end fusion-node --> after';
    const once = withReport(notes, report);
    expect(once).toMatch(
      /^before <!-- begin fusion-node -->\n\n```text\n[^`]*commit abc[^`]*\n```\n\n<!-- end fusion-node --> after$/,
    );
    expect(once).not.toContain('old');
    expect(withReport(once, report)).toBe(once);
  });

  test('refuses smoke tests and unknown sections', () => {
    expect(() => withReport('', { ...report, quick: true })).toThrow('a smoke test is no result');
    expect(() => withReport('', report)).toThrow('no section <!-- begin fusion-node -->');
  });

  test('NOTES.md has a section for every report', () => {
    const notes = readFileSync(new URL('../../NOTES.md', import.meta.url), 'utf8');
    for (const section of [
      ...['peers-node', 'peers-chromium', 'shapes-node', 'shapes-chromium', 'fusion-node', 'train-node'],
    ]) {
      expect(notes).toContain(`<!-- begin ${section} -->`);
      expect(notes).toContain(`<!-- end ${section} -->`);
    }
    expect(sectionOf(report)).toBe('fusion-node');
  });
});
