/** @file Pagefind's index of the built site, addressed relative to this script so that it works under any path. */

/** A section of a page, or the part of the page before its first section. Excerpts are HTML of the index: escaped text with `<mark>`. */
export interface SearchResult {
  readonly url: string;
  /** Of the page. */
  readonly title: string;
  /** Of the section, where it is one. */
  readonly section?: string;
  readonly excerpt: string;
}

/** The part of Pagefind's module that we use. */
interface Pagefind {
  options(options: { readonly baseUrl: string }): Promise<void>;
  search(query: string): Promise<{ readonly results: readonly { data(): Promise<PagefindPage> }[] }>;
}

interface PagefindSection {
  readonly url: string;
  readonly title: string;
  readonly excerpt: string;
  readonly weighted_locations: readonly { readonly weight: number }[];
}

interface PagefindPage {
  readonly url: string;
  readonly excerpt: string;
  readonly meta: { readonly title?: string };
  readonly sub_results: readonly PagefindSection[];
}

/** Something to search in. */
export interface SearchIndex {
  search(query: string): Promise<readonly SearchResult[]>;
}

const mostPages = 8;
/** A page that says it everywhere must not push the others out of sight. */
const mostSections = 3;

/** How much of the query a section has: words of headings weigh more. */
const weightOf = ({ weighted_locations }: PagefindSection): number =>
  weighted_locations.reduce((sum, { weight }) => sum + weight, 0);

const lettersOf = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** The sections of a page that were found: the one that is called so, and then that with most of the query first. */
function sectionsOf({ url, excerpt, meta, sub_results }: PagefindPage, query: string): SearchResult[] {
  const title = meta.title ?? url;
  const rank = (section: PagefindSection): number =>
    lettersOf(section.title) === lettersOf(query) ? Number.POSITIVE_INFINITY : weightOf(section);
  const sections = [...sub_results].sort((a, b) => (rank(a) < rank(b) ? 1 : -1)).slice(0, mostSections);
  if (sections.length === 0) return [{ url, title, excerpt }];
  return sections.map((section) => ({
    url: section.url,
    title,
    ...(section.url.includes('#') && section.title !== title && { section: section.title }),
    excerpt: section.excerpt,
  }));
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
        const pages = await Promise.all(results.slice(0, mostPages).map((result) => result.data()));
        return pages.flatMap((page) => sectionsOf(page, query));
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
