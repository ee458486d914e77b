/** @file Words of the frame around every page, and the places in its bar. */

/** Languages of the site; each has its own words here and its own folder of pages. */
export type Language = 'en' | 'zh';

/** The language that a page's `lang` stands for. */
export const languageOf = (lang: string | undefined): Language => (lang?.startsWith('zh') ? 'zh' : 'en');

/** A main place of the site: its folder (of several pages: the first one), the same in both languages, and its name. */
export interface Place {
  readonly slug: string;
  readonly label: Readonly<Record<Language, string>>;
}

/** The places in the bar, in order. */
export const places: readonly Place[] = [
  { slug: 'quick-start', label: { en: 'Quick start', zh: '快速上手' } },
  { slug: 'lesson', label: { en: 'Lesson', zh: '课程' } },
  { slug: 'step-through', label: { en: 'Step by step', zh: '一步一步' } },
  { slug: 'account', label: { en: 'One layer’s cost', zh: '一层的代价' } },
  { slug: 'explorer', label: { en: 'Networks', zh: '网络' } },
  { slug: 'guides/node', label: { en: 'Guides', zh: '指南' } },
  { slug: 'reference', label: { en: 'Reference', zh: '接口' } },
];

const en = {
  mainNavigation: 'Main places',
  otherLanguage: '中文',
  otherLanguageLabel: '本页的中文版',
  theme: 'Switch between light and dark',
  search: 'Search',
  searchPlaceholder: 'Search the site',
  searchClose: 'Close',
  searchNothing: 'Nothing found for',
  searchUnavailable: 'The search index is part of the built site: run npm run docs:build.',
  englishOnly: 'The API reference is in English only.',
  footer: 'MIT licensed. This page asks no other server for anything.',
  version: (version: string) => `Version ${version}`,
  notPublished: 'Not on npm yet',
  changelog: 'Changelog',
  repository: 'Sources',
};

const zh: typeof en = {
  mainNavigation: '主要页面',
  otherLanguage: 'English',
  otherLanguageLabel: 'This page in English',
  theme: '切换浅色与深色',
  search: '搜索',
  searchPlaceholder: '搜索本站',
  searchClose: '关闭',
  searchNothing: '没有找到',
  searchUnavailable: '搜索索引随构建生成：请运行 npm run docs:build。',
  englishOnly: '接口参考由源代码中的注释生成，只有英文。',
  footer: 'MIT 许可证。本页不向任何其他服务器请求内容。',
  version: (version) => `版本 ${version}`,
  notPublished: '尚未发布到 npm',
  changelog: '更新日志',
  repository: '源代码',
};

/** The frame's words in the language of a page. */
export const frameStrings = (lang: string | undefined): typeof en => ({ en, zh })[languageOf(lang)];
