/** @file A line break in a paragraph is a space in English and nothing in Chinese: takes it out beside Chinese text. */
import type { SatteriProcessorOptions } from '@astrojs/markdown-satteri';

type Plugin = NonNullable<SatteriProcessorOptions['mdastPlugins']>[number];

/** Han characters, and the punctuation and full-width forms that are set with them. */
const chinese = '[\\p{Script=Han}\\u3000-\\u303f\\uff00-\\uffef]';
const afterChinese = new RegExp(`(?<=${chinese})\\s*\\n\\s*`, 'gu');
const beforeChinese = new RegExp(`\\s*\\n\\s*(?=${chinese})`, 'gu');

/** The text of a paragraph without the line breaks that stand beside Chinese. */
export const joinChinese = (text: string): string =>
  text.replace(afterChinese, '').replace(beforeChinese, '');

/** The Markdown plugin. English pages have no Chinese in them and stay as they are. */
export const chineseLineBreaks: Plugin = {
  name: 'sepconv:chinese-line-breaks',
  text(node, context) {
    const joined = joinChinese(node.value);
    if (joined !== node.value) context.replaceNode(node, { type: 'text', value: joined });
  },
};
