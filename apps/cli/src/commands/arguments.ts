import { type EngineName, engineNames } from '@sepconv/kernels';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Terminal } from '../terminal.js';

/** Parses an option's value as an integer of at least 1; commander names the option and the value in front. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\+?\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be an integer of at least 1.');
  }
  return value;
}

/** Parses an option's value as a finite number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It must be a number above 0.');
  }
  return value;
}

/** What `compile` is asked for; `auto` takes the fastest engine that proves itself on this machine. */
export type EngineChoice = EngineName | 'auto';

/** `--engine`, the same in every command that runs a network, `more` choices aside. */
export function engineOption(...more: readonly string[]): Option {
  return new Option('--engine <name>', 'what computes')
    .choices(['auto', ...engineNames, ...more])
    .default('auto');
}

/** How many threads compute: `auto` takes as many as there are cores and layers that are worth it. */
export type ThreadsChoice = number | 'auto';

const mostThreads = 64;

/** `--threads`, the same in every command that runs a network, unless another number is the default. */
export function threadsOption(words?: string): Option {
  return new Option(
    '--threads <count>',
    `threads that compute, 1 to ${mostThreads} or auto; the results are the same`,
  )
    .argParser((text: string): ThreadsChoice => {
      if (text === 'auto') return text;
      const count = positiveInteger(text);
      if (count > mostThreads) throw new InvalidArgumentError(`It must be at most ${mostThreads}.`);
      return count;
    })
    .default(words === undefined ? 1 : undefined, words);
}

/** `--json`, the same in every command. */
export function jsonOption(): Option {
  return new Option('--json', 'print one JSON document instead of tables');
}

/** Columns of a terminal that everybody has. */
const mostColumns = 80;

/** A command line in as many lines as it needs, which a shell joins again. */
function brokenLine(line: string): string {
  const lines: string[] = [];
  let rest = `  $ sepconv ${line}`;
  while (rest.length > mostColumns) {
    const at = rest.lastIndexOf(' ', mostColumns - 2);
    lines.push(`${rest.slice(0, at)} \\`);
    rest = `      ${rest.slice(at + 1)}`;
  }
  return [...lines, rest].join('\n');
}

/** Adds the part of the help that shows the command at work. */
export function addExamples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText(
    'after',
    `\nExamples:\n${lines.map((line) => `${brokenLine(line)}\n`).join('')}`,
  );
}

/** Prints a value as the one JSON document of a command. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}
