import { describe, expect, test } from 'vitest';
import { joinChinese } from '../build/chinese-line-breaks.js';
import { renderMath } from '../build/math.js';

describe('formulas', () => {
  test('become HTML and MathML, with the tone of their step', () => {
    const html = renderMath('\\dw{K^2} + \\pw{\\Cout}', true);
    expect(html).toContain('<math');
    expect(html).toContain('class="enclosing tone-depthwise"');
    expect(html).toContain('katex-display');
  });

  test('with a mistake fail the build', () => {
    expect(() => renderMath('\\frac{1}', false)).toThrow();
    expect(() => renderMath('\\nosuch', false)).toThrow();
  });
});

describe('line breaks in Chinese', () => {
  test('are nothing between Chinese characters and a space between words', () => {
    expect(joinChinese('深度卷积，\n每个通道')).toBe('深度卷积，每个通道');
    expect(joinChinese('逐点卷积\n')).toBe('逐点卷积');
    expect(joinChinese('\n的代价')).toBe('的代价');
    expect(joinChinese('one line\nand another')).toBe('one line\nand another');
    expect(joinChinese('一个 TypeScript 包')).toBe('一个 TypeScript 包');
  });
});
