/** @file The pieces of the site that other pages can hold, and how they are cited. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from './frame.js';
import { fullAddress, siteOf } from './site.js';

/** Pieces with a page of their own below `/embed/`. */
export const pieces = ['step-through', 'account', 'measure'] as const;
export type Piece = (typeof pieces)[number];

interface PieceFacts {
  readonly title: Readonly<Record<Language, string>>;
  /** What it needs at 720 pixels of width, so that nothing scrolls within the frame. */
  readonly height: number;
  /** Whether all of it can be seen at once in a window of 16 to 9. */
  readonly fitsSlide: boolean;
}

/** What a frame has to know of a piece. */
export const factsOf: Readonly<Record<Piece, PieceFacts>> = {
  'step-through': {
    title: { en: 'One layer, step by step', zh: '一步一步看一层' },
    height: 780,
    fitsSlide: true,
  },
  account: { title: { en: 'The account of one layer', zh: '一层的代价' }, height: 1680, fitsSlide: false },
  measure: { title: { en: 'Measure here', zh: '在这里测量' }, height: 860, fitsSlide: true },
};

/** The address of a piece's page in a frame. */
export const embedAddress = (piece: Piece, language: Language): string =>
  fullAddress(`embed/${piece}/`, language);

/** The element that shows a piece in a page of somebody else. */
export function frameOf(piece: Piece, language: Language): string {
  const { title, height } = factsOf[piece];
  const attributes = `title="${title[language]}" width="100%" height="${height}" loading="lazy" style="border:0"`;
  return `<iframe src="${embedAddress(piece, language)}" ${attributes}></iframe>`;
}

/** An entry for a bibliography. The year is that of the licence, the author whom it names. */
export function citationOf(piece: Piece, language: Language): string {
  const { version, isPublished } = siteOf();
  const [, year = '', author = ''] =
    /Copyright \(c\) (\d{4}) (.+)/.exec(readFileSync(join('../..', 'LICENSE'), 'utf8')) ?? [];
  const fields = [
    ['author', `{${author}}`],
    ['title', `{sepconv}: ${factsOf[piece].title.en}`],
    ['year', year],
    ['howpublished', `\\url{${fullAddress(`${piece}/`, language)}}`],
    ...(isPublished ? [['note', `Version ${version}`]] : []),
  ];
  return `@misc{sepconv-${piece},\n${fields.map(([name, value]) => `  ${name} = {${value}},`).join('\n')}\n}`;
}
