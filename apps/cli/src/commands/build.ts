import { basename, extname, join, resolve } from 'node:path';
import { engineNames } from '@sepconv/kernels';
import { emitStandalone } from '@sepconv/kernels/standalone';
import { type Command, Option } from 'commander';
import { fixedArithmeticOption } from '../arithmetic.js';
import { printable, withContext } from '../errors.js';
import { shapeOption } from '../input-shapes.js';
import { networkList, networkOptions } from '../network-options.js';
import { meansFile } from '../networks.js';
import { buildReport } from '../reports/build.js';
import { networkOfTarget } from '../target.js';
import type { Terminal } from '../terminal.js';
import { tryFiles } from '../try-files.js';
import { readChoicesFile } from '../tuning.js';
import { writeFiles } from '../write-files.js';
import { addExamples, jsonOption, positiveInteger, printJson } from './arguments.js';
import { refuseUnused } from './unused-options.js';

interface Flags {
  readonly output: string;
  readonly engine: 'simd128' | 'relaxed';
  readonly fileName?: string;
  readonly seed: number;
  readonly choices?: string;
  readonly json?: true;
  readonly [name: string]: unknown;
}

/** A file's name without folder and extension, with only what file names are made of everywhere. */
const stemOf = (title: string): string => basename(title, extname(title)).replace(/[^\w.-]/g, '-');

async function runBuild(target: string, flags: Flags, terminal: Terminal): Promise<void> {
  const { network, title } = await networkOfTarget(target, flags, 'build', flags.seed);
  const choices =
    flags.choices === undefined ? undefined : await readChoicesFile(flags.choices, flags.engine);
  const name = flags.fileName ?? stemOf(meansFile(target) ? title : target);
  const files = await withContext(`"${printable(target)}" cannot be built`, () =>
    emitStandalone(network, { engine: flags.engine, name, ...(choices && { choices }) }),
  );
  const isTried = await withContext(`"${printable(target)}" cannot be built`, () =>
    tryFiles(files, { engine: flags.engine, name }),
  );
  await writeFiles(flags.output, files);
  const written = [...files].map(([file, content]) => ({
    file: join(flags.output, file),
    bytes: typeof content === 'string' ? Buffer.byteLength(content) : content.length,
  }));
  if (flags.json) {
    return printJson(terminal, { network: network.graph.name, engine: flags.engine, files: written });
  }
  if (!isTried) {
    terminal.err(`sepconv: the files were not tried: this Node cannot run the engine ${flags.engine}\n`);
  }
  terminal.out(buildReport({ engine: flags.engine, folder: resolve(flags.output), written }));
}

/** `sepconv build`: a network as static files that run without making code. */
export function addBuildCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('build')
    .summary('compile a network to static files for the web')
    .description(
      'Compiles a network ahead of time: one static .wasm, the packed weights, and a small loader with types. They run where no code may be made at run time: edge workers, extensions, pages with a strict policy.',
    )
    .argument('<network>', 'name of a network (seeded weights), or a model file')
    .requiredOption('-o, --output <folder>', 'where to write; made if it is not there')
    .addOption(
      new Option('--engine <name>', 'instructions to use; relaxed is faster and needs a current engine')
        .choices(engineNames.filter((name) => name !== 'wide'))
        .default('simd128'),
    )
    .option(
      '--choices <file>',
      'cut layers as tuning has found it: JSON of `profile --tune full --engine … --json`, or of a session',
    )
    .option('--file-name <name>', 'common name of the files (default: after the network)')
    .option('--seed <n>', 'seed of the weights of a network built by name', positiveInteger, 1);
  for (const option of networkOptions()) command.addOption(option);
  command
    .addOption(shapeOption())
    .addOption(fixedArithmeticOption())
    .addOption(jsonOption())
    .action((target: string, flags: Flags) => runBuild(target, flags, terminal))
    .addHelpText('after', `\nNetworks:\n${networkList()}`);
  refuseUnused<Flags>(command, [
    {
      options: ['seed'],
      countsWhen: (_, [target = '']) => !meansFile(target),
      otherwise: 'would be ignored: weights are made from a seed only for a network that is built by name',
    },
  ]);
  addExamples(command, [
    'build model.tflite -o public/model',
    'build model_quant.tflite -o public/model --arithmetic integer',
    'build mobilenet-v2 -o out --engine relaxed --choices profile.json',
    'build mobilenet-v2 --width 0.35 --resolution 96 -o out --engine relaxed --json',
  ]);
}
