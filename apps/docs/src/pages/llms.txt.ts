/** @file What the site has, as one text for language models (llmstxt.org): every page with what it is about. */
import { allPages } from '../lib/pages.js';
import { fullAddress, siteOf } from '../lib/site.js';

/** Sections by how the paths of their pages begin; the first that fits takes a page. */
const sections: readonly (readonly [title: string, begins: string])[] = [
  ['Guides', 'guides/'],
  ['API reference', 'reference/'],
  ['Pages', ''],
];

export async function GET(): Promise<Response> {
  const { repository, version, isPublished } = siteOf();
  const pages = (await allPages())
    .filter(({ language }) => language === 'en')
    .sort((a, b) => a.path.localeCompare(b.path));
  const titleOf = (path: string) => sections.find(([, begins]) => path.startsWith(begins))?.[0];
  const parts = [...sections].reverse().map(([title]) => {
    const lines = pages
      .filter(({ path }) => titleOf(path) === title)
      .map(({ path, title: name, about }) => `- [${name}](${fullAddress(path)}): ${about}`);
    return `## ${title}\n\n${lines.join('\n')}`;
  });
  const text = `# sepconv

> A TypeScript toolkit for depthwise separable convolution: networks such as MobileNet are built, counted, checked against a readable reference, run by generated WebAssembly, trained, quantized and converted, in Node and in the browser.

Sources: ${repository} (MIT). ${isPublished ? `Version ${version} on npm, as packages of the scope @sepconv.` : 'Not on npm yet: clone the sources and run npm start.'} Every page is also in Chinese, under ${fullAddress('', 'zh')}

${parts.join('\n\n')}
`;
  return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
