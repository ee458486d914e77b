/** @file What the head of every page says of it to those who do not read it: its address, its other language, its picture. */
import { defineRouteMiddleware } from '@astrojs/starlight/route-data';
import { fullAddress, isInEnglishOnly, placeOf } from './lib/site.js';

type HeadTag = { tag: 'link' | 'meta'; attrs: Record<string, string> };

const link = (attrs: Record<string, string>): HeadTag => ({ tag: 'link', attrs });
const meta = (property: string, content: string): HeadTag => ({ tag: 'meta', attrs: { property, content } });

/** Size of the social card in pixels; `test/support/social-card.ts` draws it so. */
const card = { width: 1200, height: 630 };

/** Starlight calls it for every page, before the page is rendered. */
export const onRequest = defineRouteMiddleware(({ locals }) => {
  const { head, id } = locals.starlightRoute;
  const { language, path } = placeOf(id);
  const isShared = isInEnglishOnly(path);
  const canonical = fullAddress(path, isShared ? 'en' : language);
  const image = fullAddress(language === 'zh' ? 'social-card-zh.png' : 'social-card.png');
  head.push(
    link({ rel: 'canonical', href: canonical }),
    ...(isShared
      ? []
      : [
          link({ rel: 'alternate', hreflang: 'en', href: fullAddress(path) }),
          link({ rel: 'alternate', hreflang: 'zh-CN', href: fullAddress(path, 'zh') }),
          link({ rel: 'alternate', hreflang: 'x-default', href: fullAddress(path) }),
        ]),
    link({ rel: 'sitemap', href: fullAddress('sitemap.xml') }),
    meta('og:url', canonical),
    meta('og:image', image),
    meta('og:image:width', `${card.width}`),
    meta('og:image:height', `${card.height}`),
    meta(
      'og:image:alt',
      language === 'zh'
        ? '一次标准卷积，与替代它的两小步'
        : 'One standard convolution, and the two small steps that replace it',
    ),
  );
});
