const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar whose length is a share of `width` characters, in eighths of one; what is there at all is never invisible. */
export function bar(share: number, width: number): string {
  const wanted = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const units = share > 0 ? Math.max(1, wanted) : 0;
  return '█'.repeat(units >> 3) + (eighths[units & 7] as string);
}
