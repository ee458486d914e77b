import { describe, expect, it, vi } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { sepconv, tooWide } from './testing/terminal.js';

const commands = [
  ...['run', 'inspect', 'layer', 'cost', 'profile', 'sweep', 'build', 'export', 'decompose', 'quantize'],
  ...['train', 'verify', 'compare', 'demo', 'complete'],
];

describe('help', () => {
  it.each([[], ...commands.map((command) => [command])])(
    'sepconv %s --help shows an example',
    async (...argv) => {
      const { code, stdout, stderr } = await sepconv([...argv.filter(Boolean), '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`$ sepconv ${argv[0] ?? 'demo'}`);
      expect(tooWide(stdout)).toEqual([]);
    },
  );

  it('is printed, as an error, when nothing is asked for', async () => {
    const { code, stdout, stderr } = await sepconv([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: sepconv');
  });

  it('has the version', async () => {
    expect(await sepconv(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });
});

describe('completion', () => {
  /** What the library prints, which it does by itself. */
  async function printed(...argv: readonly string[]): Promise<string> {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      expect((await sepconv(argv)).code).toBe(0);
      return log.mock.calls.map((parts) => parts.join(' ')).join('\n');
    } finally {
      log.mockRestore();
    }
  }

  it.each(['bash', 'zsh', 'fish'])('%s gets a script of its own', async (shell) => {
    expect(await printed('complete', shell)).toMatch(/sepconv/);
  });

  it('knows commands, options and what they may be', async () => {
    expect(await printed('complete', '--', 'qu')).toContain('quantize');
    expect(await printed('complete', '--', 'build', '--eng')).toContain('--engine');
    expect(await printed('complete', '--', 'build', '--engine', '')).toContain('relaxed');
  });
});

describe('a command line that does not fit', () => {
  const layer = ['layer', '--height', '8', '--width', '8', '--in', '4', '--out', '4', '--kernel', '3'];
  it.each([
    [['rnu', 'a', 'b'], /unknown command 'rnu'.*did you mean run\?/],
    [['cost'], /missing required argument 'network'/],
    [['cost', 'mobilenet-v1', 'extra'], /too many arguments/],
    [['cost', 'mobilenet-v1', '--witdh', '0.5'], /unknown option '--witdh'.*did you mean --width\?/],
    [['cost', 'mobilenet-v1', '--width', 'wide'], /'--width <factor>' argument 'wide' is invalid.*above 0/],
    [['cost', 'mobilenet-v1', '--width', '-1'], /above 0/],
    [['cost', 'mobilenet-v1', '--classes', '2.5'], /an integer of at least 1/],
    [['cost', 'mobilenet-v1', '--json', '--csv'], /'--json' cannot be used with option '--csv'/],
    [['cost', 'mobilnet-v1'], /no network "mobilnet-v1".*Did you mean "mobilenet-v1"\?/],
    [['profile', 'xception', '--standard'], /xception has no twin.*mobilenet-v1/],
    [['cost', 'mobilenet-v2', '--shallow'], /mobilenet-v2 has no option "shallow"/],
    [['cost', 'model.tflite', '--width', '0.5'], /--width is for the built-in networks/],
    [layer.slice(0, -2), /required option '--kernel <pixels>' not specified/],
    [[...layer, '--stride', '0'], /integer of at least 1/],
    [[...layer, '--engine', 'warp'], /Allowed choices are auto, simd128, relaxed, wide/],
    [layer.map((word) => (word === '8' ? '100000' : word)), /too large to be measured.*--no-measure/],
    [[...layer.map((word) => (word === '8' ? '9007199254740991' : word)), '--no-measure'], /MACs/],
    [['run', 'model.tflite'], /missing required argument 'image'/],
    [['run', 'model.tflite', 'a.png', '--mean', '1,2'], /one number, or three/],
  ])('%j', async (argv, words) => {
    const { code, stdout, stderr } = await sepconv(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^sepconv: [^\n]+\n$/);
  });

  it('has a stack trace with --verbose only', async () => {
    expect((await sepconv(['cost', 'nothing'])).stderr).not.toMatch(/\n +at /);
    expect((await sepconv(['cost', 'nothing', '--verbose'])).stderr).toMatch(/\n +at /);
  });
});

describe('an error that nobody foresaw', () => {
  it('is one sentence, and a stack trace with --verbose', async () => {
    const broken = {
      out: () => {
        throw new TypeError('x is not\na function');
      },
    };
    const { code, stderr } = await sepconv(['cost', 'mobilenet-v1'], broken);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^sepconv: internal error: x is not a function; [^\n]*--verbose[^\n]*\n$/);
    expect((await sepconv(['cost', 'mobilenet-v1', '--verbose'], broken)).stderr).toMatch(/\n +at /);
  });
});
