/** @file Lists of names and numbers in texts that files carry: JSON, what Python prints, or one a line. */

/** The signs, numbers and quoted texts of a list or a dictionary. */
const token = /\s*(?:([[\](){},:])|([-+.\w]+)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/suy;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** A text between quotes as it is meant; what JSON and Python escape alike. */
const unquoted = (text: string): string =>
  text.replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|(.))/gisu, (_, unicode, byte, sign: string | undefined) =>
    sign === undefined
      ? String.fromCharCode(Number.parseInt((unicode ?? byte) as string, 16))
      : (escapes[sign] ?? sign),
  );

/** The values of `[a, b]`, `(a, b)` or `{0: a, 1: b}`, in order; `undefined` for anything else. */
function literalValues(text: string): string[] | undefined {
  const tokens: { readonly sign?: string; readonly value: string }[] = [];
  token.lastIndex = 0;
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const [, sign, word, double, single] = token.exec(text) ?? [];
    if (sign !== undefined) tokens.push({ sign, value: sign });
    else if (word !== undefined) tokens.push({ value: word });
    else {
      const quoted = double ?? single;
      if (quoted === undefined) return undefined;
      tokens.push({ value: unquoted(quoted) });
    }
  }
  const isDictionary = tokens[0]?.sign === '{';
  if (!['[', '(', '{'].includes(tokens[0]?.sign ?? '')) return undefined;
  const values: string[] = [];
  let at = 1;
  while (tokens[at]?.sign === undefined && at < tokens.length) {
    const key = tokens[at++] as { readonly value: string };
    if (isDictionary) {
      const value = tokens[at + 1];
      if (tokens[at]?.sign !== ':' || value === undefined || value.sign !== undefined) return undefined;
      if (values[Number(key.value)] !== undefined) return undefined;
      // Only whole numbers in turn name classes; holes are found below.
      if (!/^\d{1,6}$/.test(key.value)) return undefined;
      values[Number(key.value)] = value.value;
      at += 2;
    } else values.push(key.value);
    if (tokens[at]?.sign === ',') at++;
  }
  const isClosed = at === tokens.length - 1 && [']', ')', '}'].includes(tokens[at]?.sign ?? '');
  return isClosed && Object.keys(values).length === values.length ? values : undefined;
}

/** The lines of a text as they are in files of labels: without what is at their ends, and without an empty last one. */
export function textLines(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trim());
}

/** Names in a text: a list or a dictionary by numbers, as JSON or as Python prints it, or one a line, or with commas between. */
export function namesIn(text: string): string[] | undefined {
  if (/^\s*[[({]/.test(text)) {
    const values = literalValues(text);
    return values !== undefined && values.length > 0 ? values : undefined;
  }
  const lines = textLines(text);
  const names = lines.length > 1 ? lines : text.split(',').map((name) => name.trim());
  return names.length > 1 ? names : undefined;
}

/** Numbers in a text: one, or several in a list. */
export function numbersIn(text: string): number[] | undefined {
  const parts = /^\s*[[(]/.test(text) ? literalValues(text) : text.split(',');
  const numbers = parts?.map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  return numbers?.every(Number.isFinite) === true && numbers.length > 0 ? numbers : undefined;
}
