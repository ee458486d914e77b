import Table from 'cli-table3';
import type { Colors } from '../terminal.js';

/** What a report needs of the terminal: it stays a pure function of its data and this. */
export interface Style {
  readonly width: number;
  readonly colors: Colors;
}

export interface Column {
  readonly title: string;
  /** Numbers go to the right, so that their digits stand below each other. Default `right`. */
  readonly align?: 'left' | 'right';
}

/** A row of cells, or a rule. */
export type Row = readonly string[] | 'rule';

const noBorder = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const;

/** Columns set apart by two spaces, with a rule below the titles and wherever a row is `'rule'`. */
export function table(columns: readonly Column[], rows: readonly Row[], { colors }: Style): string {
  const grid = new Table({
    chars: noBorder,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    colAligns: columns.map(({ align = 'right' }) => align),
  });
  grid.push(columns.map(({ title }) => colors.bold(title)));
  for (const row of rows) if (row !== 'rule') grid.push([...row]);
  const lines = grid
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd());
  const width = longest(lines) - 2;
  const rule = `  ${colors.dim('─'.repeat(width))}`;
  const result = [lines.shift() as string, rule];
  for (const row of rows) result.push(row === 'rule' ? rule : (lines.shift() as string));
  return `${result.join('\n')}\n`;
}

/** Columns that a text takes, its colours not counted. */
export function visibleLength(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins a colour, and that is what is looked for.
  return [...text.replace(/\u001b\[[0-9;]*m/g, '')].length;
}

/** Columns of the longest text. A model file may have more layers than a function has arguments. */
export function longest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, visibleLength(text)), 0);
}

/** Shortens a name in its middle: the ends are what tells layers apart. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const tail = Math.floor((length - 1) / 2);
  return `${characters.slice(0, length - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

/** A heading with an empty line below. */
export function heading(text: string, { colors }: Style): string {
  return `${colors.bold(text)}\n\n`;
}

/** Text broken at spaces to fit the width; each paragraph is indented by two and followed by an empty line. */
export function paragraphs(texts: readonly string[], { width }: Style): string {
  return texts.map((text) => `${wrap(text, width - 2).join('\n')}\n\n`).join('');
}

/** The text in lines of at most `width` columns, each indented; only a word that is longer than a line sticks out. */
export function wrap(text: string, width: number, indent = '  '): string[] {
  const lines: string[] = [];
  let line = '';
  const room = width - indent.length;
  for (const word of text.split(/[ \n]+/)) {
    if (line !== '' && visibleLength(line) + 1 + visibleLength(word) > room) {
      lines.push(indent + line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, indent + line];
}
