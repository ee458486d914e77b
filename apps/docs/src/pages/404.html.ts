/**
 * @file What a host shows where there is no page. It may stand at any depth, so it brings all it needs with it, and its links are
 * whole addresses. A page of Astro would load the scripts of all pages.
 */
import { readFileSync } from 'node:fs';
import type { Language } from '../lib/frame.js';
import { fullAddress } from '../lib/site.js';

const ways: readonly (Readonly<Record<Language, string>> & { readonly path: string })[] = [
  { path: '', en: 'Start', zh: '首页' },
  { path: 'lesson/', en: 'The lesson', zh: '课程' },
  { path: 'quick-start/', en: 'Quick start', zh: '快速上手' },
  { path: 'explorer/', en: 'Networks', zh: '网络' },
  { path: 'reference/', en: 'Reference', zh: '接口' },
];

const links = (language: Language): string =>
  ways.map((way) => `<a href="${fullAddress(way.path, language)}">${way[language]}</a>`).join(' ');

const style = `
:root { --paper: #fdfcfa; --ink: #1d2026; --soft: #4b505b; --link: #1f4f99; --line: #e4e0d8; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --paper: #15171c; --ink: #eceae4; --soft: #c2c2c0; --link: #a6c4f7; --line: #2f333c; } }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; background: var(--paper); color: var(--soft);
font: 17px/1.65 system-ui, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { max-width: 32rem; padding: 2rem 1.25rem; }
h1 { margin: 0 0 .6rem; color: var(--ink); font: 600 2.1rem/1.2 Georgia, "Songti SC", "Noto Serif CJK SC", serif; letter-spacing: -.012em; }
section + section { margin-top: 2rem; padding-top: 1.75rem; border-top: 1px solid var(--line); }
section[lang] h2 { margin: 0 0 .4rem; color: var(--ink); font-size: 1.25rem; }
p { margin: 0 0 .75rem; }
nav { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .2em; }
`;

const page = (icon: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}">
<title>Not found | sepconv</title>
<style>${style}</style>
</head>
<body>
<main>
<section>
<h1>There is no page here</h1>
<p>The address has a slip, or the page has moved. From here you find everything:</p>
<nav aria-label="Main places">${links('en')}</nav>
</section>
<section lang="zh-CN">
<h2>这里没有页面</h2>
<p>地址有误，或者页面已经移走。从这里可以找到一切：</p>
<nav aria-label="主要页面">${links('zh')}</nav>
</section>
</main>
</body>
</html>
`;

export const GET = (): Response =>
  new Response(page(readFileSync('public/favicon.svg', 'utf8')), {
    headers: { 'content-type': 'text/html' },
  });
