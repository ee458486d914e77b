/**
 * @file `--tune`: how layers run fastest here is measured, and kept in the user's cache folder for the next time. What is kept names
 * the machine by what was measured of it, so a folder may serve several machines; what fits none of them is measured anew.
 */
import { join } from 'node:path';
import type { Choices, CompileOptions, Effort, Session } from '@sepconv/kernels';
import { readChoices } from '@sepconv/kernels/toolkit';
import { Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { cacheFolder } from './cache-folder.js';
import { DataError, printable, withContext } from './errors.js';
import { readBytes } from './files.js';
import { formatMilliseconds } from './reports/numbers.js';
import { writeFiles } from './write-files.js';

/** What the command line says. */
export type TuneChoice = Effort | 'off';

/** `--tune`, the same in every command that has it. */
export function tuneOption(): Option {
  return new Option(
    '--tune <effort>',
    'measure how layers run fastest here, quick in 0.3 s or full in some seconds; kept for next time, the results are the same',
  )
    .choices(['off', 'quick', 'full'])
    .default('off');
}

const fileName = 'choices.json';
const mostBytes = 16_000_000;

/** Choices of different machines and engines that are kept; the oldest are left out. */
const mostKept = 12;

/** What choices hold for: other kernels, or another V8, are cut best in other ways. */
const keyOf = (): string => `sepconv ${manifest.version}, node ${process.versions.node}`;

/** All choices that are kept, the latest first; what is damaged, or of another version, is left out. */
async function keptChoices(): Promise<readonly Choices[]> {
  try {
    const path = join(cacheFolder(), fileName);
    const bytes = await readBytes(path, 'the choices', mostBytes, { mayReplace: true });
    const { key, choices } = JSON.parse(Buffer.from(bytes).toString());
    if (key !== keyOf() || !Array.isArray(choices)) return [];
    return choices.flatMap((one: unknown) => {
      try {
        return [readChoices(one)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

/** Of which machine, and which engine, choices are. */
const placeOf = ({ engine, machine }: Choices): string => JSON.stringify([engine, machine]);

async function keep(choices: Choices): Promise<void> {
  // Read again: another process may have kept something meanwhile.
  const others = (await keptChoices()).filter((one) => placeOf(one) !== placeOf(choices));
  const content = { key: keyOf(), choices: [choices, ...others].slice(0, mostKept) };
  try {
    await writeFiles(cacheFolder(), new Map([[fileName, `${JSON.stringify(content)}\n`]]));
  } catch {
    // A read-only home is no reason to fail: it is measured again next time.
  }
}

/** What `compile` is given for `--tune`. */
export async function tuneOptions(effort: TuneChoice): Promise<Pick<CompileOptions, 'tune' | 'choices'>> {
  return effort === 'off' ? {} : { tune: effort, choices: await keptChoices() };
}

/** Keeps what a session's tuning has found, and says what that was; nothing where there was none. */
export async function keepTuning({
  choices,
  tuning,
}: Pick<Session, 'choices' | 'tuning'>): Promise<string | undefined> {
  if (tuning === undefined) return undefined;
  if (choices !== undefined && tuning.measured > 0) await keep(choices);
  const { kernels, known, measured, milliseconds, note } = tuning;
  const left = kernels - known - measured;
  const parts = [
    `${measured} of ${kernels} kernels measured in ${formatMilliseconds(milliseconds)}`,
    ...(known > 0 ? [`${known} known from before`] : []),
    ...(left > 0 ? [`${left} left as they are usually`] : []),
    ...(known === 0 && note !== undefined ? [note.replace('that were given', 'that were kept')] : []),
  ];
  return `tuned: ${parts.join(', ')}`;
}

/**
 * Choices out of a file: a session's, or what `profile --tune … --json` has printed.
 *
 * @throws {DataError} naming the file and what is wrong; they must be of the engine that runs.
 */
export async function readChoicesFile(path: string, engine: string): Promise<Choices> {
  const text = Buffer.from(await readBytes(path, 'the choices', mostBytes)).toString();
  return withContext(`"${printable(path)}" cannot be used`, () => {
    let json: { readonly choices?: unknown } | null;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new DataError(`it is not JSON (${(error as Error).message})`, { cause: error });
    }
    const choices = readChoices(json?.choices ?? json);
    if (choices.engine === engine) return choices;
    throw new DataError(
      `its choices are of the engine "${printable(choices.engine)}", not of ${engine}: tune with --engine ${engine}`,
    );
  });
}
