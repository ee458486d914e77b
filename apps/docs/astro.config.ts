import { satteri } from '@astrojs/markdown-satteri';
import preact from '@astrojs/preact';
import starlight from '@astrojs/starlight';
import { defineConfig, passthroughImageService } from 'astro/config';
import { apiReference } from './build/api-reference.ts';
import { chineseLineBreaks } from './build/chinese-line-breaks.ts';
import { focusableTables } from './build/focusable-tables.ts';
import { mathPlugin } from './build/math.ts';
import { packageSources } from './build/package-sources.ts';
import { relativeUrls } from './build/relative-urls.ts';
import { unbrokenCode } from './build/unbroken-code.ts';
import { unbrokenProducts } from './build/unbroken-products.ts';
import { weightyTerms } from './build/weighty-terms.ts';
import { siteOf } from './src/lib/site.ts';

export default defineConfig({
  srcDir: './src',
  // No `site` and no `base`: the pages refer to each other relatively, and one build works under any path. What needs a whole
  // address has it from `src/lib/site.ts`.
  trailingSlash: 'always',
  build: { format: 'directory', inlineStylesheets: 'never' },
  image: { service: passthroughImageService() },
  devToolbar: { enabled: false },
  markdown: {
    processor: satteri({
      features: { math: true },
      mdastPlugins: [mathPlugin, chineseLineBreaks, unbrokenProducts],
      hastPlugins: [focusableTables, unbrokenCode, weightyTerms],
    }),
  },
  vite: {
    // Inlined scripts have no address of their own, and `import.meta.url` would be the page's.
    build: {
      assetsInlineLimit: 0,
      // The directive is Astro's own mark in content modules, which it has read by the time that they are bundled.
      rolldownOptions: {
        checks: { moduleLevelDirective: false },
        // What is always loaded together is smaller as one file than as five, and one request.
        output: {
          codeSplitting: {
            groups: [
              { name: 'preact', test: /node_modules\/preact\// },
              {
                name: 'tensor',
                test: /packages\/tensor\/src\/(errors|printable|quantization|shape|tensor)\.ts/,
              },
              { name: 'plot', test: /node_modules\/(@observablehq\/plot|d3-[a-z-]+)\// },
            ],
          },
        },
      },
    },
    worker: { format: 'es' },
    experimental: { renderBuiltUrl: () => ({ relative: true }) },
    plugins: [packageSources()],
  },
  integrations: [
    apiReference(),
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
      routeMiddleware: './src/route-data.ts',
      editLink: { baseUrl: `${siteOf().repository}/edit/main/apps/docs/` },
      pagefind: true,
      expressiveCode: {
        styleOverrides: { codeFontSize: '0.8125rem', borderRadius: '8px' },
        // A command is read whole, on a phone too, and needs no picture of a window around it.
        defaultProps: { overridesByLang: { sh: { frame: 'none', wrap: true } } },
      },
      credits: false,
      lastUpdated: false,
      customCss: [
        './src/styles/fonts.css',
        './src/styles/tokens.css',
        './src/styles/site.css',
        './src/styles/figures.css',
        './src/styles/account.css',
        './src/styles/step-through.css',
        './src/styles/take-along.css',
        './src/styles/explorer.css',
        './src/styles/choose.css',
        './src/styles/measure.css',
        './src/styles/gpu.css',
        './src/styles/model.css',
        './src/styles/run.css',
        './src/styles/teach.css',
        './src/styles/train.css',
        './src/styles/bench.css',
        './src/styles/cli.css',
        './src/styles/reference.css',
        './src/styles/lesson.css',
        'katex/dist/katex.min.css',
      ],
      components: {
        FallbackContentNotice: './src/components/EnglishOnly.astro',
        Header: './src/components/Header.astro',
        Hero: './src/components/Hero.astro',
        Search: './src/components/Search.astro',
        Footer: './src/components/Footer.astro',
        MarkdownContent: './src/components/MarkdownContent.astro',
        // Theme and language are in the bar, on phones too.
        MobileMenuFooter: './src/components/Nothing.astro',
      },
      sidebar: [
        { label: 'Start', translations: { 'zh-CN': '开始' }, items: ['quick-start'] },
        { label: 'Learn', translations: { 'zh-CN': '学习' }, items: ['lesson'] },
        {
          label: 'See and touch',
          translations: { 'zh-CN': '动手看' },
          items: [
            'step-through',
            'account',
            'explorer',
            'choose',
            'measure',
            'model',
            'run',
            'teach',
            'train',
          ],
        },
        {
          label: 'Guides',
          translations: { 'zh-CN': '指南' },
          items: [
            'guides/node',
            'guides/browser',
            'guides/packages',
            'guides/cli',
            'guides/engines',
            'guides/add-an-op',
            'guides/add-a-format',
            'guides/publishing',
          ],
        },
        { label: 'Figures', translations: { 'zh-CN': '数据' }, items: ['performance', 'changelog'] },
        {
          label: 'Reference',
          translations: { 'zh-CN': '接口参考（英文）' },
          items: [{ autogenerate: { directory: 'reference' } }],
        },
      ],
    }),
    relativeUrls(),
  ],
});
