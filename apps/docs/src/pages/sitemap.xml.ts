/** @file The list of all pages for search engines, each with its other language. */
import { allPages } from '../lib/pages.js';
import { fullAddress, isInEnglishOnly } from '../lib/site.js';

const alternate = (hreflang: string, href: string): string =>
  `<xhtml:link rel="alternate" hreflang="${hreflang}" href="${href}"/>`;

export async function GET(): Promise<Response> {
  const pages = await allPages();
  const entries = pages
    .map(({ language, path }) => {
      const languages = isInEnglishOnly(path)
        ? ''
        : alternate('en', fullAddress(path)) + alternate('zh-CN', fullAddress(path, 'zh'));
      return `<url><loc>${fullAddress(path, language)}</loc>${languages}</url>`;
    })
    .sort();
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
${entries.join('\n')}
</urlset>
`;
  return new Response(text, { headers: { 'content-type': 'application/xml' } });
}
