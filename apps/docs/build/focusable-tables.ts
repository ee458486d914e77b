/** @file A table that is wider than a phone scrolls by itself; what scrolls must be reachable with the keyboard. */
import type { SatteriProcessorOptions } from '@astrojs/markdown-satteri';

type Plugin = NonNullable<SatteriProcessorOptions['hastPlugins']>[number];

/** The Markdown plugin: lets every table take the focus. */
export const focusableTables: Plugin = {
  name: 'sepconv:focusable-tables',
  element: {
    filter: ['table'],
    visit(node, context) {
      context.setProperty(node, 'tabIndex', 0);
    },
  },
};
