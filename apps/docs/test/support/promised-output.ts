/** The comment lines at the end of a sample: what it says that it prints. */
export function promisedOutput(code: string): string[] {
  const lines = code.trimEnd().split('\n');
  const last = lines.findLastIndex((line) => !line.startsWith('// '));
  return lines.slice(last + 1).map((line) => line.slice('// '.length));
}
