/** @file Formulas in Markdown, `$…$` and `$$…$$`, become HTML and MathML at build time: pages need no script for them. */
import type { SatteriProcessorOptions } from '@astrojs/markdown-satteri';
import katex from 'katex';

type Plugin = NonNullable<SatteriProcessorOptions['mdastPlugins']>[number];

/** Short names of the lesson, and the colours of the three convolutions (`\dw{K^2}`; classes in styles/tokens.css). */
const macros = {
  '\\std': '\\htmlClass{tone-standard}{#1}',
  '\\dw': '\\htmlClass{tone-depthwise}{#1}',
  '\\pw': '\\htmlClass{tone-pointwise}{#1}',
  '\\Cin': 'C_{\\mathrm{in}}',
  '\\Cout': 'C_{\\mathrm{out}}',
};

/** One formula as HTML, with MathML beside it for screen readers. A mistake in it fails the build. */
export function renderMath(tex: string, display: boolean): string {
  const html = katex.renderToString(tex, {
    displayMode: display,
    throwOnError: true,
    strict: (code: string) => (code === 'htmlExtension' ? 'ignore' : 'error'),
    trust: ({ command }) => command === '\\htmlClass',
    output: 'htmlAndMathml',
    macros: { ...macros },
  });
  // The search needs to find a formula once, as it is seen.
  return html.replaceAll('class="katex-mathml"', 'class="katex-mathml" data-pagefind-ignore');
}

/** A Fragment that holds HTML as it is: Astro's way to put markup into MDX. */
const fragment = (html: string) => ({
  name: 'Fragment',
  attributes: [{ type: 'mdxJsxAttribute' as const, name: 'set:html', value: html }],
  children: [],
});

/** The Markdown plugin. It works on the syntax tree, before the code highlighter can take a formula for code. */
export const mathPlugin: Plugin = {
  name: 'sepconv:math',
  inlineMath(node, context) {
    context.replaceNode(node, { type: 'mdxJsxTextElement', ...fragment(renderMath(node.value, false)) });
  },
  math(node, context) {
    context.replaceNode(node, { type: 'mdxJsxFlowElement', ...fragment(renderMath(node.value, true)) });
  },
};
