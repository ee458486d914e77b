/** @file The help that a command printed, taken apart, so that a page can set it for its own width. */

/** An option, an argument or a network, and what the help says of it. */
export interface HelpItem {
  readonly term: string;
  readonly text: string;
}

/** A titled part of a help: a list, commands to type, or lines that stand as they are. */
export interface HelpSection {
  /** What stands after the first list without a title of its own has none. */
  readonly title?: string;
  /** Sentences without a term of their own. */
  readonly notes: readonly string[];
  readonly items: readonly HelpItem[];
  readonly commands: readonly string[];
}

/** The parts of a help, in its order. */
export interface HelpText {
  readonly usage: string;
  /** Paragraphs, without the line breaks that a terminal needs. */
  readonly about: readonly string[];
  readonly sections: readonly HelpSection[];
}

/** Two spaces, a term, two spaces or more, a text. */
const itemLine = /^ {2}(\S.*?) {2,}(\S.*)$/;
/** Lines that go on with the text above them stand further in than any term. */
const goesOn = /\n {6,}/g;
const titleLine = /^([A-Z][\w ]*):$/;

function section(title: string | undefined, lines: readonly string[]): HelpSection {
  const items: HelpItem[] = [];
  const commands: string[] = [];
  const notes: string[] = [];
  for (const line of lines) {
    const [, term, text] = itemLine.exec(line) ?? [];
    if (line.startsWith('  $ ')) commands.push(line.slice(4));
    else if (term !== undefined && text !== undefined) items.push({ term, text });
    else notes.push(line.trim());
  }
  return { ...(title === undefined ? {} : { title }), notes, items, commands };
}

/** Takes a help apart. Nothing is left out: what is neither usage nor a titled list is a paragraph. */
export function helpText(help: string): HelpText {
  const about: string[] = [];
  const sections: HelpSection[] = [];
  let usage = '';
  for (const block of help.trim().split(/\n{2,}/)) {
    const [first = '', ...rest] = block.replace(goesOn, ' ').split('\n');
    const [, title] = titleLine.exec(first) ?? [];
    if (first.startsWith('Usage: ')) usage = [first.slice('Usage: '.length), ...rest].join(' ');
    else if (title !== undefined) sections.push(section(title, rest));
    else {
      const paragraph = [first, ...rest].map((line) => line.trim()).join(' ');
      if (sections.length === 0) about.push(paragraph);
      else sections.push(section(undefined, [paragraph]));
    }
  }
  return { usage, about, sections };
}
