/** @file The API reference: one page per package, from the comments in its sources. A name without one fails the build. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import {
  Application,
  type DeclarationReflection,
  Logger,
  LogLevel,
  type ProjectReflection,
  ReflectionKind,
} from 'typedoc';
import { apiIndex, apiPage, byLayer, slugOf } from './api-pages.ts';
import { newest } from './newest.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const packagesFolder = here('../../../packages');
const target = here('../src/content/docs/reference');
const indexPage = join(target, 'index.md');

/** A package that is published, as its package.json has it. */
export interface Package {
  readonly name: string;
  readonly folder: string;
  readonly description: string;
  /** Source file of every entry, by the name under which it is imported. */
  readonly entries: ReadonlyMap<string, string>;
}

/** What the comment at the head of an entry says of it, in its first sentence. The main entry has the package's description. */
function describeEntry(file: string, description: string): string {
  const [, comment] = /^\/\*\*[\s*]*@file\s+([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8')) ?? [];
  const text = comment?.replace(/\s*\n \* ?/g, ' ').trim();
  return text === undefined ? description : (/^.*?\.(?= |$)/.exec(text)?.[0] ?? text);
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
}

function readPackage(folder: string): Package | undefined {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (manifest.private === true) return undefined;
  const entries = Object.entries(manifest.exports ?? {}).flatMap(([path, entry]) => {
    const source = typeof entry === 'string' ? undefined : entry['@sepconv/source'];
    if (typeof source !== 'string') return [];
    return [[`${manifest.name}${path.slice(1)}`, join(folder, source)] as const];
  });
  return {
    name: manifest.name,
    folder,
    description: manifest.description ?? '',
    entries: new Map(entries),
  };
}

/** The published packages of the workspace. */
function publishedPackages(): readonly Package[] {
  return readdirSync(packagesFolder)
    .map((name) => join(packagesFolder, name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .flatMap((folder) => readPackage(folder) ?? [])
    .filter(({ entries }) => entries.size > 0);
}

/** Collects what TypeDoc has to warn of, instead of printing it. */
class Notes extends Logger {
  readonly messages: string[] = [];
  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.messages.push(message);
  }
}

/** Options of typedoc-plugin-markdown, which TypeDoc's own type does not have. */
const markdownOptions: object = {
  outputFileStrategy: 'modules',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  propertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  // The interface above the table says where it is, nearly every property is read-only, and "Extends" says from what.
  tableColumnSettings: { hideSources: true, hideModifiers: true, hideInherited: true, hideOverrides: true },
};

/** What our errors inherit from Error is documented elsewhere. */
function leaveOutInheritedConstructors(project: ProjectReflection): void {
  for (const reflection of project.getReflectionsByKind(ReflectionKind.Constructor)) {
    const { inheritedFrom, parent } = reflection as DeclarationReflection;
    if (inheritedFrom === undefined || !parent?.isDeclaration()) continue;
    project.removeReflection(reflection);
    // The groups under which TypeDoc lists members keep what was removed.
    for (const group of parent.groups ?? []) {
      group.children = group.children.filter((child) => child !== reflection);
    }
    parent.groups = (parent.groups ?? []).filter(({ children }) => children.length > 0);
  }
}

/** Documents the packages as Markdown into a folder. Throws when an exported name has no comment. */
export async function documentPackages(
  packages: readonly Package[],
  out: string,
  tsconfig: string = here('api-tsconfig.json'),
): Promise<void> {
  const entryNames = new Map(
    packages.flatMap(({ entries }) => [...entries].map(([name, file]) => [file, name])),
  );
  const app = await Application.bootstrapWithPlugins({
    ...markdownOptions,
    outputs: [{ name: 'markdown', path: out }],
    entryPoints: [...entryNames.keys()],
    tsconfig,
    plugin: [fileURLToPath(import.meta.resolve('typedoc-plugin-markdown'))],
    readme: 'none',
    logLevel: 'Error',
    // Types are checked by `tsc`; a half-written package must not hide the reference of the others.
    skipErrorChecking: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    disableGit: true,
    sourceLinkTemplate: '{path}',
    basePath: here('../../..'),
    requiredToBeDocumented: ['Function', 'Interface', 'TypeAlias', 'Class', 'Variable', 'Enum'],
    validation: { notExported: false, invalidLink: false, rewrittenLink: false, notDocumented: true },
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('TypeDoc could not read the packages, see above');
  for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
    module.name = entryNames.get(module.sources?.[0]?.fullFileName ?? '') ?? module.name;
  }
  leaveOutInheritedConstructors(project);
  const notes = new Notes();
  app.logger = notes;
  app.validate(project);
  if (notes.messages.length > 0) {
    throw new Error(
      `The API reference is not complete, give every exported name a comment:\n${notes.messages.join('\n')}`,
    );
  }
  await app.generateOutputs(project);
}

/** Writes the pages of the reference. */
async function writeReference(packages: readonly Package[]): Promise<void> {
  const out = await mkdtemp(join(tmpdir(), 'sepconv-reference-'));
  try {
    await documentPackages(packages, out);
    const found = packages.flatMap(({ entries, description }) =>
      [...entries].map(([name, file]) => ({
        name,
        description: describeEntry(file, description),
        markdown: readFileSync(join(out, `${name}.md`), 'utf8'),
      })),
    );
    const modules = byLayer(found);
    await rm(target, { recursive: true, force: true });
    await mkdir(target, { recursive: true });
    for (const [position, module] of modules.entries()) {
      await writeFile(join(target, `${slugOf(module.name)}.md`), apiPage(module, position));
    }
    await writeFile(indexPage, apiIndex(modules));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** Whether the pages are newer than every source, and than what makes them. */
function isCurrent(packages: readonly Package[]): boolean {
  if (!existsSync(indexPage)) return false;
  const sources = packages.flatMap(({ folder }) => [join(folder, 'src'), join(folder, 'package.json')]);
  return statSync(indexPage).mtimeMs > Math.max(...[...sources, here('.')].map(newest));
}

/** The Astro integration: writes the pages before the site is built or served, where sources have changed. */
export function apiReference(): AstroIntegration {
  return {
    name: 'sepconv:api-reference',
    hooks: {
      'astro:config:setup': async ({ command, logger }) => {
        const packages = publishedPackages();
        if (command === 'preview' || isCurrent(packages)) return;
        logger.info('reading the comments of the packages');
        await writeReference(packages);
      },
    },
  };
}
