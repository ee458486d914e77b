/** @file Makes every address in the built pages relative, so that one build works under any path of any static host. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

/** Attributes that hold an address: HTML's, and those of Astro's islands. */
const addressAttributes = new Set([
  'href',
  'src',
  'action',
  'component-url',
  'renderer-url',
  'before-hydration-url',
  'data-url',
]);

/**
 * The address of `target` seen from a page: `/guide/x/` from `guide/y/index.html` is `../x/`. Addresses that are not
 * rooted (`#part`, `https:`, `//host`, `./x`) stay. The result begins with a dot, which `import()` asks for.
 */
export function relativeAddress(page: string, target: string): string {
  if (!target.startsWith('/') || target.startsWith('//')) return target;
  const [, path = '', rest = ''] = /^([^?#]*)(.*)$/.exec(target) ?? [];
  const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/')) : '';
  const up = relative(`/${folder}`, path).split(sep).join('/');
  const down = up === '' ? '.' : up.startsWith('.') ? up : `./${up}`;
  return `${path.endsWith('/') && !down.endsWith('/') ? `${down}/` : down}${rest}`;
}

type Parent = DefaultTreeAdapterTypes.ParentNode;

/** All elements below a node, in the order of the page. */
function* elementsOf(parent: Parent): Generator<DefaultTreeAdapterTypes.Element> {
  for (const child of parent.childNodes) {
    if ('attrs' in child) yield child;
    if ('content' in child) yield* elementsOf(child.content);
    if ('childNodes' in child) yield* elementsOf(child);
  }
}

/** A change of the page's text, from one offset to another. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const escaped = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** One page, rewritten: its addresses and not another byte. `page` is its path in the site, such as `guide/index.html`. */
export function relativePage(page: string, html: string): string {
  const edits: Edit[] = [];
  for (const { attrs, sourceCodeLocation } of elementsOf(parse(html, { sourceCodeLocationInfo: true }))) {
    for (const { name, value } of attrs) {
      const place = sourceCodeLocation?.attrs?.[name];
      const target = addressAttributes.has(name) ? relativeAddress(page, value) : value;
      if (place === undefined || target === value) continue;
      edits.push({ start: place.startOffset, end: place.endOffset, text: `${name}="${escaped(target)}"` });
    }
  }
  let result = '';
  let done = 0;
  for (const { start, end, text } of edits.sort((a, b) => a.start - b.start)) {
    result += html.slice(done, start) + text;
    done = end;
  }
  return result + html.slice(done);
}

/** One style sheet, rewritten: what it loads is addressed from where it lies itself. */
export function relativeStyles(file: string, css: string): string {
  return css.replace(/url\((["']?)(\/[^)"']*)\1\)/g, (_, __, target: string) => {
    return `url(${relativeAddress(file, target)})`;
  });
}

const rewriters: Readonly<Record<string, (file: string, text: string) => string>> = {
  '.html': relativePage,
  '.css': relativeStyles,
};

/** The Astro integration: rewrites the pages and style sheets after the build. */
export function relativeUrls(): AstroIntegration {
  return {
    name: 'sepconv:relative-urls',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const root = fileURLToPath(dir);
        const files = await readdir(root, { recursive: true });
        let count = 0;
        for (const file of files) {
          const rewrite = rewriters[extname(file)];
          // Pagefind's own files address each other relatively already.
          if (rewrite === undefined || file.startsWith('pagefind')) continue;
          const path = join(root, file);
          await writeFile(path, rewrite(file.split(sep).join('/'), await readFile(path, 'utf8')));
          count++;
        }
        logger.info(`made the addresses in ${count} files relative`);
      },
    },
  };
}
