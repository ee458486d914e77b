import { fileURLToPath } from 'node:url';
import { satteri } from '@astrojs/markdown-satteri';
import preact from '@astrojs/preact';
import starlight from '@astrojs/starlight';
import { defineConfig, passthroughImageService } from 'astro/config';
import { chineseLineBreaks } from './build/chinese-line-breaks.ts';
import { mathPlugin } from './build/math.ts';
import { relativeUrls } from './build/relative-urls.ts';

/** The packages are read from their sources, so that the site never shows a stale build. */
const conditions = ['@sepconv/source', 'module', 'browser', 'development|production'];

export default defineConfig({
  srcDir: './src',
  // No `site` and no `base`: the pages refer to each other relatively, and one build works under any path.
  trailingSlash: 'always',
  build: { format: 'directory', inlineStylesheets: 'never' },
  image: { service: passthroughImageService() },
  devToolbar: { enabled: false },
  markdown: {
    processor: satteri({ features: { math: true }, mdastPlugins: [mathPlugin, chineseLineBreaks] }),
  },
  vite: {
    // Inlined scripts have no address of their own, and `import.meta.url` would be the page's.
    build: { assetsInlineLimit: 0 },
    experimental: { renderBuiltUrl: () => ({ relative: true }) },
    resolve: { conditions, alias: { '@samples': fileURLToPath(new URL('./samples', import.meta.url)) } },
    ssr: { resolve: { conditions: [...conditions, 'node'] }, noExternal: [/^@sepconv\//] },
  },
  integrations: [
    preact(),
    starlight({
      title: 'sepconv',
      description: 'Depthwise separable convolution in TypeScript: understand it, cost it, check it, run it.',
      favicon: '/favicon.svg',
      locales: {
        root: { label: 'English', lang: 'en' },
        zh: { label: '简体中文', lang: 'zh-CN' },
      },
      disable404Route: true,
      pagefind: true,
      expressiveCode: { styleOverrides: { codeFontSize: '0.8125rem', borderRadius: '8px' } },
      credits: false,
      lastUpdated: false,
      customCss: [
        './src/styles/fonts.css',
        './src/styles/tokens.css',
        './src/styles/site.css',
        './src/styles/figures.css',
        './src/styles/account.css',
        './src/styles/step-through.css',
        'katex/dist/katex.min.css',
      ],
      components: {
        Header: './src/components/Header.astro',
        Hero: './src/components/Hero.astro',
        Search: './src/components/Search.astro',
        Footer: './src/components/Footer.astro',
        // Theme and language are in the bar, on phones too.
        MobileMenuFooter: './src/components/Nothing.astro',
      },
      sidebar: [
        { label: 'Start', translations: { 'zh-CN': '开始' }, items: [{ slug: 'quick-start' }] },
        {
          label: 'Learn',
          translations: { 'zh-CN': '学习' },
          items: [{ slug: 'step-through' }, { slug: 'account' }],
        },
      ],
    }),
    relativeUrls(),
  ],
});
