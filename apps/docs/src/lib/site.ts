/**
 * @file Where the site and its sources are, and what is published. One setting, the fields `homepage` and `repository` of the workspace's
 * package.json; read while the site is built.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from './frame.ts';

/** The setting, and the version that all packages share. */
export interface Site {
  /** Address of the start page, with a slash at the end. The pages themselves work under any other one, too. */
  readonly address: string;
  /** Where the sources are, without a slash at the end. */
  readonly repository: string;
  readonly version: string;
  /** Whether this version, or any, can be installed from npm. */
  readonly isPublished: boolean;
}

/** Packages have this version until their first release. */
const unpublished = '0.0.0';

let known: Site | undefined;

/** The setting. `SITE_ADDRESS` takes the place of the address, for a copy that is published elsewhere. */
export function siteOf(workspace = '../..'): Site {
  const read = (path: string) => JSON.parse(readFileSync(join(workspace, path), 'utf8'));
  if (known !== undefined) return known;
  const { homepage, repository } = read('package.json');
  const { version } = read('packages/tensor/package.json');
  known = {
    address: new URL('./', process.env.SITE_ADDRESS ?? homepage).href,
    repository: repository.url.replace(/^git\+/, '').replace(/\.git$/, ''),
    version,
    isPublished: version !== unpublished,
  };
  return known;
}

/** The full address of a page or file: `lesson/` in a language, or `sitemap.xml`. */
export const fullAddress = (path: string, language: Language = 'en'): string =>
  new URL(`${language === 'zh' ? 'zh/' : ''}${path}`, siteOf().address).href;

/** A page's identifier, `zh/guides/node` or `index`, as its language and its path in that language. */
export function placeOf(id: string): { readonly language: Language; readonly path: string } {
  const language: Language = id === 'zh' || id.startsWith('zh/') ? 'zh' : 'en';
  const rest = language === 'zh' ? id.slice('zh/'.length) : id;
  return { language, path: rest === '' || rest === 'index' ? '' : `${rest}/` };
}

/** The API reference is in English only; its Chinese addresses show the same pages. */
export const isInEnglishOnly = (path: string): boolean => path.startsWith('reference/');
