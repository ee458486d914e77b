/** @file A term is in bold where it is explained: the search shows that place first. */
import type { SatteriProcessorOptions } from '@astrojs/markdown-satteri';

type Plugin = NonNullable<SatteriProcessorOptions['hastPlugins']>[number];

/** As much as a heading of the third level; text around it weighs 1. */
const weight = '5';

/** The Markdown plugin. */
export const weightyTerms: Plugin = {
  name: 'sepconv:weighty-terms',
  element: {
    filter: ['strong'],
    visit(node, context) {
      context.setProperty(node, 'dataPagefindWeight', weight);
    },
  },
};
