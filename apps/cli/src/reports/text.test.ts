import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { paragraphs, type Style, shorten, table, visibleLength } from './text.js';

const plain: Style = { width: 40, colors: picocolors.createColors(false) };
const colored: Style = { width: 40, colors: picocolors.createColors(true) };

const columns = [{ title: 'layer', align: 'left' }, { title: 'MACs' }] as const;
const rows = [['conv', '10.84 M'], 'rule', ['total', '1 M']] as const;

describe('table', () => {
  it('aligns names left and numbers right', () => {
    expect(table(columns, rows, plain).split('\n')).toEqual([
      '  layer     MACs',
      '  ──────────────',
      '  conv   10.84 M',
      '  ──────────────',
      '  total      1 M',
      '',
    ]);
  });

  it('has the same columns with colour as without', () => {
    const withColor = table(columns, rows, colored);
    expect(withColor).toContain('\u001b[');
    expect(withColor.split('\n').map(visibleLength)).toEqual(
      table(columns, rows, plain).split('\n').map(visibleLength),
    );
  });
});

describe('text', () => {
  it('shortens in the middle', () => {
    expect(shorten('block_12_expand', 40)).toBe('block_12_expand');
    expect(shorten('MobilenetV2/expanded_conv_12/expand', 13)).toBe('Mobile…expand');
    expect(shorten('abcdef', 4)).toBe('ab…f');
  });

  it('breaks paragraphs at spaces and never beyond the width', () => {
    const text = paragraphs(['one two three four five six seven eight nine ten eleven twelve'], plain);
    expect(text.split('\n').every((line) => line.length <= 40)).toBe(true);
    expect(text.split('\n')[0]).toBe('  one two three four five six seven');
  });

  it('keeps a word that is longer than the width', () => {
    expect(paragraphs(['a'.repeat(60)], plain)).toBe(`  ${'a'.repeat(60)}\n\n`);
  });
});
