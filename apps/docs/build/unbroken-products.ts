/** @file `56 × 56` is one thing: no line ends inside a product of numbers. */
import type { SatteriProcessorOptions } from '@astrojs/markdown-satteri';

type Plugin = NonNullable<SatteriProcessorOptions['mdastPlugins']>[number];

/** The text with no-break spaces around the signs between numbers. */
export const unbroken = (text: string): string => text.replace(/(?<=\d) × (?=\d)/gu, '\u00a0×\u00a0');

/** The Markdown plugin. */
export const unbrokenProducts: Plugin = {
  name: 'sepconv:unbroken-products',
  text(node, context) {
    const value = unbroken(node.value);
    if (value !== node.value) context.replaceNode(node, { type: 'text', value });
  },
};
