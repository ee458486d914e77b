/** @file A line break in a paragraph is a space in English and nothing in Chinese, but a space between Chinese and the rest. */
import type { SatteriProcessorOptions } from '@astrojs/markdown-satteri';

type Plugin = NonNullable<SatteriProcessorOptions['mdastPlugins']>[number];

/** What stands beside a line break: a Chinese character, punctuation that is set with them, or anything else. */
type Side = 'character' | 'punctuation' | 'foreign' | 'unknown';

const character = /\p{Script=Han}/u;
/** Punctuation and full-width forms bring their own space. */
const punctuation = /[\u3000-\u303f\uff00-\uffef]/u;

function sideOf(sign: string): Side {
  if (character.test(sign)) return 'character';
  return punctuation.test(sign) ? 'punctuation' : 'foreign';
}

function joint(left: Side, right: Side): string {
  const sides = [left, right];
  if (sides.includes('punctuation')) return '';
  if (!sides.includes('character')) return '\n';
  return sides.includes('foreign') ? ' ' : '';
}

/** The text of a paragraph with the line breaks beside Chinese set as they are read; with what is before and after it. */
export const joinChinese = (text: string, before: Side = 'unknown', after: Side = 'unknown'): string =>
  text.replace(/\s*\n\s*/gu, (lineBreak, offset: number) => {
    const end = offset + lineBreak.length;
    return joint(
      offset === 0 ? before : sideOf(text[offset - 1]!),
      end === text.length ? after : sideOf(text[end]!),
    );
  });

/** A formula, code or a number beside the text; what an element holds is mostly Chinese. */
function neighbour(node: { readonly type: string; readonly name?: string | null } | undefined): Side {
  const isForeign =
    node !== undefined &&
    (['inlineMath', 'inlineCode', 'mdxTextExpression'].includes(node.type) || node.name === 'Fragment');
  return isForeign ? 'foreign' : 'unknown';
}

/** The Markdown plugin. English pages have no Chinese in them and stay as they are. */
export const chineseLineBreaks: Plugin = {
  name: 'sepconv:chinese-line-breaks',
  text(node, context) {
    const siblings = context.parent(node).children;
    const index = context.indexOf(node) ?? 0;
    const joined = joinChinese(node.value, neighbour(siblings[index - 1]), neighbour(siblings[index + 1]));
    if (joined !== node.value) context.replaceNode(node, { type: 'text', value: joined });
  },
};
