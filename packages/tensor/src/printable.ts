/** Longest run without a space that is shown whole: a name, an op type, a path. */
const longestWord = 240;
/** Longest text that is shown whole: a sentence with lists of what was expected. */
const longestText = 4000;

/** Control and format characters, halves of surrogate pairs, and separators of lines: nothing of them is to be seen. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Invisible characters as JSON writes them, so that a document of JSON stays the same document. */
export function escapeInvisible(text: string): string {
  const unit = (half: string): string => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return String(text).replace(invisible, (character) => character.split('').map(unit).join(''));
}

/** Cuts the middle out: both ends are what tells names apart. No surrogate pair is split. */
function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - 1) / 2);
  const head = text.slice(0, half).replace(/[\ud800-\udbff]$/, '');
  const tail = text.slice(text.length - half).replace(/^[\udc00-\udfff]/, '');
  return `${head}…${tail}`;
}

/**
 * Text that came from a file or an argument, safe to show: on one line, what a terminal would obey or an eye would not see
 * (control characters, marks of direction, zero-width characters) as visible escapes such as `\u001b`, and long words and
 * texts without their middles. Takes time in proportion to the length. Done twice, it changes nothing more.
 */
export function printable(text: string): string {
  const line = cutMiddle(String(text), longestText).replace(/\s+/g, (space) =>
    /[\r\n]/.test(space) ? ' ' : space,
  );
  const words = escapeInvisible(line).replace(/\S+/g, (word) => cutMiddle(word, longestWord));
  return cutMiddle(words, longestText);
}
