/** @file What TypeDoc writes, made into pages of this site: front matter, addresses, and less noise. No file access. */
import { posix } from 'node:path';

/** One module of the reference: the name under which it is imported, and TypeDoc's text. */
export interface ApiModule {
  readonly name: string;
  readonly description: string;
  readonly markdown: string;
}

/** The packages in the order of their layers; a reader goes upward only. */
const order = [
  'tensor',
  'graph',
  'reference',
  'cost-model',
  'mobilenet',
  'kernels',
  'formats',
  'decompose',
  'train',
  'vision',
  'quantize',
];

/** `@sepconv/formats/onnx` is the page `formats-onnx`. */
export const slugOf = (name: string): string => name.replace('@sepconv/', '').replaceAll('/', '-');

const rank = (name: string): number => {
  const index = order.indexOf(name.replace('@sepconv/', '').split('/')[0]!);
  return index === -1 ? order.length : index;
};

/** Modules by layer, and a package before its further entries. */
export const byLayer = <Module extends { readonly name: string }>(
  modules: readonly Module[],
): readonly Module[] =>
  [...modules].sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));

/** The address of a page that TypeDoc refers to as a file beside the one of `name`. */
function addressOf(name: string, file: string): string {
  const [path = '', hash] = file.split('#');
  const module = posix.join(posix.dirname(name), path).replace(/\.md$/, '');
  return `/reference/${slugOf(module)}/${hash === undefined ? '' : `#${hash}`}`;
}

const frontMatter = (fields: Readonly<Record<string, unknown>>): string =>
  `---\n${Object.entries(fields)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join('\n')}\n---\n`;

/**
 * A table of properties or parameters, in a frame by which the page knows it: on a phone its rows stand below each other.
 * Cells without content are empty, also where there is no default value, and a union does not begin with its sign.
 */
function apiTable(table: string): string {
  const hasDefaults = /^\|.*\| Default value \|/.test(table);
  const tidied = table
    .replace(/ - (?=\|)/g, ' ')
    .replace(/(?<!\\)\| \\\| /g, '| ')
    .replace(hasDefaults ? /^((?:\|(?:\\\||[^|])*){2}\|) `undefined` \|/gm : /$^/, '$1 |');
  return `<div class="api-table${hasDefaults ? ' has-defaults' : ''}">\n\n${tidied}\n\n</div>`;
}

/** The page of one module, as Markdown of this site. */
export function apiPage({ name, description, markdown }: ApiModule, position: number): string {
  const body = markdown
    .replace(/^# .*\n/, '')
    // Where a name is defined: a place in the repository, which this site does not hold.
    .replace(/\[(packages\/[^\]]*)\]\([^)]*\)/g, (_, place: string) => `\`${place.replaceAll('\\', '')}\``)
    .replace(/\]\(([^)\s:]*?\.md(?:#[^)\s]*)?)\)/g, (_, file: string) => `](${addressOf(name, file)})`)
    // A comment that speaks of "@sepconv" means the project; TypeDoc takes the word for a tag.
    .replace(/\n\n#+ Sepconv\n\n/g, ' `@sepconv` ')
    .replace(/^\|(?:.*\n\|)*.*$/gm, apiTable)
    .replace(/^(#+ Returns\n\n)(.+)$/gm, '$1<div class="api-type">\n\n$2\n\n</div>');
  const head = { title: name, description, editUrl: false, sidebar: { order: position + 1 } };
  return `${frontMatter(head)}\n${description}\n${body}`;
}

/** The page that lists all modules. */
export function apiIndex(modules: readonly ApiModule[]): string {
  const head = {
    title: 'API reference',
    description: 'Every exported name of every package, from the comments in the sources.',
    editUrl: false,
    sidebar: { order: 0, label: 'All packages' },
  };
  const items = modules.map(
    ({ name, description }) => `- [\`${name}\`](/reference/${slugOf(name)}/): ${description}`,
  );
  return `${frontMatter(head)}
Made from the comments in the sources: every exported name has one, or the site is not built. A package uses only
packages above it.

${items.join('\n')}
`;
}
