/** @file Short code in running text stays on one line: `[N, H, W, C]` and `engine: 'simd128'` are read as one word. */
import type { SatteriProcessorOptions } from '@astrojs/markdown-satteri';

type Plugin = NonNullable<SatteriProcessorOptions['hastPlugins']>[number];

/** So many characters fit in a line of a phone of 320 pixels, in a list too. */
const longest = 28;

/** The Markdown plugin: marks code in text that is short enough never to be broken. */
export const unbrokenCode: Plugin = {
  name: 'sepconv:unbroken-code',
  element: {
    filter: ['code'],
    visit(node, context) {
      const parent = context.parent(node);
      const isBlock = parent?.type === 'element' && parent.tagName === 'pre';
      if (!isBlock && context.textContent(node).length <= longest)
        context.setProperty(node, 'className', ['unbroken']);
    },
  },
};
