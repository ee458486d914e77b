/** @file The options that every bench has. */
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** What every bench can be asked for. */
export interface CommonOptions {
  /** One JSON document on stdout instead of tables. */
  readonly json: boolean;
  /** A smoke test: enough to see that everything runs, too little to believe a number. */
  readonly quick: boolean;
  /** Rounds in which every contender has a turn. */
  readonly rounds: number;
  /** In headless Chromium instead of Node. */
  readonly browser: boolean;
}

/** Lists that were given, by option. */
type Lists = Readonly<Record<string, readonly string[] | undefined>>;

/** Rounds by default, and in a smoke test. */
export interface DefaultRounds {
  readonly full: number;
  readonly quick: number;
}

const common = {
  json: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  rounds: { type: 'string' },
  browser: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

/** `3`, or the default where nothing is said. */
function roundsOf(text: string | undefined, quick: boolean, defaults: DefaultRounds): number {
  if (text === undefined) return quick ? defaults.quick : defaults.full;
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes an integer of at least 1, not "${text}"`);
  return rounds;
}

/**
 * Reads arguments: the common ones, and `names` of further ones that take a text. `--name a,b` becomes a list.
 *
 * @throws when an option is unknown or malformed.
 */
export function parseOptions(
  args: readonly string[],
  names: readonly string[],
  defaults: DefaultRounds,
): CommonOptions & { readonly help: boolean; readonly lists: Lists } {
  const extra = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...args], options: { ...common, ...extra } });
  const { json, quick, rounds, browser, help } = values as {
    json: boolean;
    quick: boolean;
    rounds?: string;
    browser: boolean;
    help: boolean;
  };
  const texts = values as Readonly<Record<string, unknown>>;
  const lists: Lists = Object.fromEntries(
    names.flatMap((name) => {
      const text = texts[name];
      return typeof text === 'string' ? [[name, text.split(',').filter((part) => part !== '')]] : [];
    }),
  );
  return { json, quick, browser, help, rounds: roundsOf(rounds, quick, defaults), lists };
}

/** Options from the command line; a mistake ends the process with the usage. */
export function readOptions(
  usage: string,
  names: readonly string[],
  defaults: DefaultRounds,
): ReturnType<typeof parseOptions> {
  try {
    const options = parseOptions(process.argv.slice(2), names, defaults);
    if (options.help) {
      console.log(usage);
      process.exit(0);
    }
    return options;
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

/** Those of `known` that a list names, all without a list; an unknown name is an error that tells the known ones. */
export function chosen<T extends string>(
  what: string,
  known: readonly T[],
  list: readonly string[] | undefined,
): T[] {
  if (list === undefined) return [...known];
  return list.map((name) => {
    const found = known.find((candidate) => candidate === name);
    if (found === undefined) throw new Error(`there is no ${what} "${name}"; there are ${known.join(', ')}`);
    return found;
  });
}
