/** @file A word drawn black on white: what a network that finds text has to find. Noise would be no text at all. */
import { createTensor, type Tensor } from '@sepconv/tensor';

/** Letters of five by seven pixels, row by row. */
const letters: Readonly<Record<string, string>> = {
  C: '01110 10001 10000 10000 10000 10001 01110',
  E: '11111 10000 10000 11110 10000 10000 11111',
  N: '10001 11001 10101 10101 10011 10001 10001',
  O: '01110 10001 10001 10001 10001 10001 01110',
  P: '11110 10001 10001 11110 10000 10000 10000',
  S: '01110 10001 10000 01110 00001 10001 01110',
  V: '10001 10001 10001 10001 10001 01010 00100',
};

const [letterHeight, advance] = [7, 6];

/** How a byte's share of 255 becomes a network's number, `(share − mean) / deviation`, per channel. */
export interface ChannelScale {
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** Whether the pixel of a word whose letters are scaled by `scale` is black. */
function isBlack(word: string, scale: number, y: number, x: number): boolean {
  const [row, column] = [Math.floor(y / scale), Math.floor(x / scale)];
  const letter = letters[word[Math.floor(column / advance)] ?? ''];
  if (letter === undefined || row < 0 || row >= letterHeight || column < 0) return false;
  return letter.split(' ')[row]?.[column % advance] === '1';
}

/** An image `[1, 3, height, width]` with the word in its middle, as large as it fits. */
export function drawnText(
  word: string,
  [height, width]: readonly [number, number],
  { mean, deviation }: ChannelScale,
): Tensor<'float32'> {
  const scale = Math.max(
    1,
    Math.floor(Math.min((0.9 * width) / (word.length * advance), height / (2 * letterHeight))),
  );
  const top = Math.floor((height - scale * letterHeight) / 2);
  const left = Math.floor((width - scale * word.length * advance) / 2);
  const data = Float32Array.from({ length: 3 * height * width }, (_, i) => {
    const channel = Math.floor(i / (height * width)) as 0 | 1 | 2;
    const [y, x] = [Math.floor(i / width) % height, i % width];
    const share = isBlack(word, scale, y - top, x - left) ? 0 : 1;
    return (share - mean[channel]) / deviation[channel];
  });
  return createTensor('float32', [1, 3, height, width], data);
}
