/** @file Names as an attacker writes them: in the place of every text of a file, one after another. */

/** Moves the cursor, sets a title, turns the direction of text, hides characters, forges a line; and is very long. */
export const hostileTexts: readonly string[] = [
  '\u001b[31m\u001b]0;title\u0007\u009b2J\u007f',
  '\u202egpj\u2066\u200b\u200e\u061c\ufeff\u2028',
  'a\nsepconv: forged\r\ud83d',
  'x'.repeat(100_000),
  ' '.repeat(100_000),
];

/** Anything that a terminal would obey, that an eye would not see, or that begins a line. */
export const forbidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Longest message: a screen. */
export const longestMessage = 4000;

/** The document with one of its texts or keys replaced, for every one of them. */
export function* hostileJson(document: unknown, text: string): Generator<unknown> {
  if (typeof document === 'string') yield text;
  if (typeof document !== 'object' || document === null) return;
  for (const [key, value] of Object.entries(document)) {
    for (const changed of hostileJson(value, text)) {
      yield Array.isArray(document)
        ? document.map((each, i) => (String(i) === key ? changed : each))
        : { ...document, [key]: changed };
    }
    if (Array.isArray(document)) continue;
    const { [key]: _, ...others } = document as Record<string, unknown>;
    yield { ...others, [text]: value };
  }
}

/** The bytes with one of their runs of letters overwritten by as much of the text, for every one of them. */
export function* hostileBytes(bytes: Uint8Array, text: string): Generator<Uint8Array> {
  const hostile = new TextEncoder().encode(text);
  const letters = /[\w./:-]{1,}/g;
  for (const { 0: run, index } of Buffer.from(bytes).toString('latin1').matchAll(letters)) {
    const changed = bytes.slice();
    for (let i = 0; i < run.length; i++) changed[index + i] = hostile[i % hostile.length] as number;
    yield changed;
  }
}
