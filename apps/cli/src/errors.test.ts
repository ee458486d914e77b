import { TensorError } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { DataError, printable, UsageError, withContext } from './errors.js';

describe('printable', () => {
  it('shows what could drive a terminal', () => {
    expect(printable('\u001b]0;owned\u0007name')).toBe('\\u001b]0;owned\\u0007name');
    expect(printable('a\n  b\r\nc')).toBe('a b c');
    expect(printable('\u202egpj.exe')).toBe('\\u202egpj.exe');
    expect(printable('Ägyptische Katze 🐈')).toBe('Ägyptische Katze 🐈');
  });
});

describe('withContext', () => {
  it('puts the file in front of an error of ours', async () => {
    const failing = withContext('the image "a.png"', () => {
      throw new TensorError('has no content');
    });
    await expect(failing).rejects.toThrow(new DataError('the image "a.png": has no content'));
  });
  it('leaves usage errors and bugs alone', async () => {
    const usage = new UsageError('no');
    const bug = new TypeError('x is undefined');
    for (const error of [usage, bug]) {
      await expect(
        withContext('here', () => {
          throw error;
        }),
      ).rejects.toBe(error);
    }
  });
});
