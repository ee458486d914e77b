import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fullAddress, siteOf } from '../../src/lib/site.js';
import { dist, pageSession } from '../support/session.js';

const { page, open } = pageSession();
const { address, repository } = siteOf('../..');
const textOf = (file: string) => readFileSync(join(dist, file), 'utf8');
const fileAt = (url: string) => join(dist, url.slice(address.length), url.endsWith('/') ? 'index.html' : '');

/** What a page says of itself in its head, by rel and hreflang, or by name. */
const headOf = (path: string) =>
  page().evaluate(
    (html) => {
      const { head } = new DOMParser().parseFromString(html, 'text/html');
      const entries = [...head.querySelectorAll('link[rel], meta[content]')].map((element) => {
        const of = (name: string) => element.getAttribute(name) ?? '';
        const name = `${of('rel')}${of('name')}${of('property')}${of('hreflang') && ` ${of('hreflang')}`}`;
        return [name, of('href') || of('content')] as const;
      });
      return Object.fromEntries(entries);
    },
    textOf(`${path}index.html`),
  );

describe('for machines', () => {
  test.each(['', 'lesson/', 'zh/lesson/', 'changelog/'])(
    '/%s says where it is, in both languages',
    async (path) => {
      await open(path);
      const rest = path.replace(/^zh\//, '');
      const head = await headOf(path);
      expect(head).toMatchObject({
        canonical: fullAddress(path),
        'og:url': fullAddress(path),
        'alternate en': fullAddress(rest),
        'alternate zh-CN': fullAddress(rest, 'zh'),
        'alternate x-default': fullAddress(rest),
        sitemap: fullAddress('sitemap.xml'),
      });
      expect(head.description!.length).toBeGreaterThan(path.startsWith('zh') ? 15 : 40);
      // A PNG says its size in its first chunk.
      const card = readFileSync(fileAt(head['og:image']!));
      expect(`${card.readUInt32BE(16)}`).toBe(head['og:image:width']);
      expect(`${card.readUInt32BE(20)}`).toBe(head['og:image:height']);
    },
  );

  test('the reference has one address under both languages', async () => {
    await open('zh/reference/tensor/');
    expect((await headOf('zh/reference/tensor/')).canonical).toBe(fullAddress('reference/tensor/'));
  });

  test('the sitemap and llms.txt have every page, and no other', () => {
    const built = readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('index.html') && !/^(zh\/)?embed\//.test(file))
      .map((file) => fullAddress(file.slice(0, -'index.html'.length)))
      .filter((url) => !url.startsWith(`${address}zh/reference/`));
    const listed = [...textOf('sitemap.xml').matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, url]) => url);
    expect(listed.sort()).toEqual(built.sort());
    const told = [...textOf('llms.txt').matchAll(/\]\(([^)]*)\)/g)].map(([, url]) => url!);
    expect(told.sort()).toEqual(built.filter((url) => !url.startsWith(`${address}zh/`)));
    expect(textOf('robots.txt')).toContain(fullAddress('sitemap.xml'));
  });

  test('a page that is not there is a page, which needs nothing and leads on', async () => {
    await open('404.html');
    expect(await page().title()).toContain('Not found');
    const links = await page()
      .locator('a')
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect(existsSync(fileAt(link)), link).toBe(true);
    expect(textOf('404.html')).not.toMatch(/<script|rel="stylesheet"/);
  });
});

describe('the search', () => {
  test.each([
    ['', 'low-rank', 'lesson/#why-it-works'],
    ['', 'inverted residual', 'lesson/#from-mobilenetv1-to-the-present'],
    ['', 'compile', 'reference/kernels/#compile'],
    ['zh/', '低秩近似', 'zh/lesson/#为何行得通'],
    ['zh/', '倒残差', 'zh/lesson/#从-mobilenetv1-到今天'],
  ])('in /%s finds "%s" where it is explained', async (path, query, place) => {
    await open(`${path}changelog/`);
    await page().keyboard.press('Control+k');
    await page().getByRole('searchbox').fill(query);
    const first = page().locator('site-search li a').first();
    await first.waitFor();
    expect(decodeURIComponent((await first.getAttribute('href'))!).slice('/some/where/'.length)).toBe(place);
    await first.click();
    await page().waitForFunction((id) => document.querySelector(':target')?.id === id, place.split('#')[1]);
  });
});

describe('for people', () => {
  test('a page leads to its source, the changelog and its other language, which keeps the settings', async () => {
    await open('account/?out=64');
    const edit = page().locator('a', { hasText: 'Edit page' });
    expect(await edit.getAttribute('href')).toBe(
      `${repository}/edit/main/apps/docs/src/content/docs/account.mdx`,
    );
    const version = await page().locator('footer p').last().textContent();
    expect(version).toContain(siteOf().isPublished ? siteOf().version : 'Not on npm yet');
    await page().locator('a.language').click();
    await page().waitForURL('**/zh/account/?out=64');
  });

  test('the quick start shows what commands print', async () => {
    await open('quick-start/');
    expect(await page().locator('.terminal-output').first().textContent()).toContain('265/2304 = 0.115017');
  });
});
