import { describe, expect, test } from 'vitest';
import { fullAddress, placeOf, siteOf } from '../src/lib/site.js';

describe('the address of the site', () => {
  test('is one setting, a folder that may lie below the root of its host', () => {
    const { address, repository } = siteOf('../..');
    expect(new URL(address).pathname).toMatch(/\/$/);
    expect(repository).toMatch(/^https:\/\/[^/]+\/[^/]+\/[^/.]+$/);
    expect(fullAddress('lesson/', 'zh')).toBe(`${address}zh/lesson/`);
    expect(fullAddress('sitemap.xml')).toBe(`${address}sitemap.xml`);
  });

  test.each([
    ['', 'en', ''],
    ['index', 'en', ''],
    ['zh', 'zh', ''],
    ['guides/node', 'en', 'guides/node/'],
    ['zh/guides/node', 'zh', 'guides/node/'],
    ['zhang', 'en', 'zhang/'],
  ])('of the page "%s" is in %s at "%s"', (id, language, path) => {
    expect(placeOf(id)).toEqual({ language, path });
  });
});
