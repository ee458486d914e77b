/** @file Makes every address in the built pages relative, so that one build works under any path of any static host. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { ELEMENT_NODE, parse, renderSync, walkSync } from 'ultrahtml';

/** Attributes that hold an address: HTML's, and those of Astro's islands. */
const addressAttributes = [
  'href',
  'src',
  'action',
  'component-url',
  'renderer-url',
  'before-hydration-url',
  'data-url',
];

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

/** One page, rewritten. `page` is its path inside the site, such as `guide/index.html`. */
export function relativePage(page: string, html: string): string {
  const document = parse(html);
  walkSync(document, (node) => {
    if (node.type !== ELEMENT_NODE) return;
    for (const name of addressAttributes) {
      const value: unknown = node.attributes[name];
      if (typeof value === 'string') node.attributes[name] = relativeAddress(page, value);
    }
  });
  return renderSync(document);
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
