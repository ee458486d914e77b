import { describe, expect, test } from 'vitest';
import { joinChinese } from '../build/chinese-line-breaks.js';
import { renderMath } from '../build/math.js';
import { unbroken } from '../build/unbroken-products.js';

describe('formulas', () => {
  test('become HTML and MathML, with the tone of their step', () => {
    const html = renderMath('\\dw{K^2} + \\pw{\\Cout}', true);
    expect(html).toContain('<math');
    expect(html).toContain('class="enclosing tone-depthwise"');
    expect(html).toContain('katex-display');
    expect(html).toContain('class="katex-mathml" data-pagefind-ignore');
  });

  test('with a mistake fail the build', () => {
    expect(() => renderMath('\\frac{1}', false)).toThrow();
    expect(() => renderMath('\\nosuch', false)).toThrow();
  });
});

test('no line ends inside a product of numbers', () => {
  expect(unbroken('56 × 56 × 128 to 256')).toBe('56\u00a0×\u00a056\u00a0×\u00a0128 to 256');
  expect(unbroken('N × M')).toBe('N × M');
});

describe('line breaks in Chinese', () => {
  test('are nothing between Chinese characters and a space between words', () => {
    expect(joinChinese('深度卷积，\n每个通道')).toBe('深度卷积，每个通道');
    expect(joinChinese('逐点卷积\n')).toBe('逐点卷积');
    expect(joinChinese('\n的代价')).toBe('的代价');
    expect(joinChinese('one line\nand another')).toBe('one line\nand another');
    expect(joinChinese('一个 TypeScript 包')).toBe('一个 TypeScript 包');
  });

  test('are a space where Chinese meets words, numbers or formulas, and nothing at its punctuation', () => {
    expect(joinChinese('一个\nTypeScript 包')).toBe('一个 TypeScript 包');
    expect(joinChinese('用 TypeScript\n写成，\n3 个包')).toBe('用 TypeScript 写成，3 个包');
    expect(joinChinese('它是\n', 'unknown', 'foreign')).toBe('它是 ');
    expect(joinChinese('\n倍', 'foreign')).toBe(' 倍');
    expect(joinChinese('\n，', 'foreign')).toBe('，');
    expect(joinChinese('a\n', 'unknown', 'foreign')).toBe('a\n');
  });
});
