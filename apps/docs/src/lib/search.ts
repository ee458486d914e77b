/** @file Pagefind's index of the built site, addressed relative to this script so that it works under any path. */

/** One page that was found. The excerpt is HTML of the index: escaped text with `<mark>`. */
export interface SearchResult {
  readonly url: string;
  readonly title: string;
  readonly excerpt: string;
}

/** The part of Pagefind's module that we use. */
interface Pagefind {
  options(options: { readonly baseUrl: string }): Promise<void>;
  search(query: string): Promise<{ readonly results: readonly { data(): Promise<PagefindPage> }[] }>;
}

interface PagefindPage {
  readonly url: string;
  readonly excerpt: string;
  readonly meta: { readonly title?: string };
}

/** Something to search in. */
export interface SearchIndex {
  search(query: string): Promise<readonly SearchResult[]>;
}

let opened: Promise<SearchIndex | undefined> | undefined;

async function load(): Promise<SearchIndex | undefined> {
  // The build puts this script into _astro/ and the index into pagefind/, side by side; a dev server has no index.
  const bundle = new URL('../pagefind/pagefind.js', import.meta.url);
  try {
    const pagefind: Pagefind = await import(/* @vite-ignore */ bundle.href);
    await pagefind.options({ baseUrl: new URL('..', bundle).pathname });
    return {
      search: async (query) => {
        const { results } = await pagefind.search(query);
        const pages = await Promise.all(results.slice(0, 8).map((result) => result.data()));
        return pages.map(({ url, excerpt, meta }) => ({ url, excerpt, title: meta.title ?? url }));
      },
    };
  } catch {
    return undefined;
  }
}

/** The index, loaded on the first call; `undefined` where there is none. */
export function openIndex(): Promise<SearchIndex | undefined> {
  opened ??= load();
  return opened;
}
