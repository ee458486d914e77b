import { describe, expect, test } from 'vitest';
import { relativeAddress, relativePage, relativeStyles } from '../build/relative-urls.js';

describe('addresses that work under any path', () => {
  test.each([
    ['index.html', '/', './'],
    ['index.html', '/_astro/x.js', './_astro/x.js'],
    ['guide/index.html', '/', '../'],
    ['guide/index.html', '/guide/', './'],
    ['guide/index.html', '/other/?a=/b#c', '../other/?a=/b#c'],
    ['zh/guide/index.html', '/zh/', '../'],
    ['zh/guide/index.html', '/_astro/x.css', '../../_astro/x.css'],
    ['a/index.html', '#part', '#part'],
    ['a/index.html', '?h=1', '?h=1'],
    ['a/index.html', './b/', './b/'],
    ['a/index.html', 'https://example.org/', 'https://example.org/'],
    ['a/index.html', '//example.org/x', '//example.org/x'],
  ])('from %s, %s is %s', (page, target, expected) => expect(relativeAddress(page, target)).toBe(expected));

  test('a page keeps everything but its addresses', () => {
    const html = (href: string, island: string) =>
      `<!DOCTYPE html><html><a href="${href}">a &amp; b</a><astro-island component-url="${island}"></astro-island>` +
      `<script>const s = '<a href="/kept/">';</script><pre>href="/kept/"</pre>` +
      `<button data-code="Map<string, () => void>"><div></div></button><link rel=x href="${href}">`;
    expect(relativePage('x/index.html', html('/y/', '/_astro/z.js'))).toBe(html('../y/', '../_astro/z.js'));
  });

  test('a style sheet refers to its neighbours', () => {
    expect(relativeStyles('_astro/a.css', 'b{src:url(/_astro/f.woff2)}c{d:url("/_astro/e")}')).toBe(
      'b{src:url(./f.woff2)}c{d:url(./e)}',
    );
    expect(relativeStyles('_astro/a.css', 'a{b:url(data:x)}')).toBe('a{b:url(data:x)}');
  });
});
