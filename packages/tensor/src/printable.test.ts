import { describe, expect, it } from 'vitest';
import { SepconvError } from './errors.js';
import { printable } from './printable.js';

describe('printable', () => {
  it('shows what a terminal would obey, and keeps what is only text', () => {
    expect(printable('\u001b]0;owned\u0007name')).toBe('\\u001b]0;owned\\u0007name');
    expect(printable('a\n  b\r\nc')).toBe('a b c');
    expect(printable('\u202egpj.exe')).toBe('\\u202egpj.exe');
    expect(printable('Ägyptische Katze 🐈, 深度可分离')).toBe('Ägyptische Katze 🐈, 深度可分离');
  });

  it('leaves no invisible character of any kind, whatever stands beside it', () => {
    for (let code = 0; code < 0x11_0000; code++) {
      if (code > 0x3000 && code < 0xd7ff) continue;
      const character = String.fromCodePoint(code);
      if (!/[\p{C}\p{Zl}\p{Zp}]/u.test(character) || /[\p{Cn}\p{Co}]/u.test(character)) continue;
      const shown = printable(`a${character}b`);
      expect(/^[\x20-\x7e]+$/.test(shown), code.toString(16)).toBe(true);
    }
  });

  it('is the same when it is done twice, and short whatever it is given', () => {
    const long = 100_000;
    for (const part of [' ', 'x', '\u001b', '🐈', '\n ', '\u2028 ', 'word ', '\ud83d', '\ufeff']) {
      const once = printable(part.repeat(long));
      expect(once.length).toBeLessThanOrEqual(4000);
      expect(printable(once)).toBe(once);
      expect(once).not.toMatch(/\p{Cs}/u);
    }
    expect(printable(`begin${'x'.repeat(long)}end`)).toMatch(/^beginx+…x+end$/);
  });
});

it('every error of ours is printable from the start', () => {
  class OwnError extends SepconvError {}
  expect(new OwnError(`op "\u001b[31m${'x'.repeat(100_000)}"\nforged`).message).toMatch(
    /^op "\\u001b\[31mx+…x+" forged$/,
  );
});
