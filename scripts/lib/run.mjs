// Starting other programs: which Node, which PATH, where the output goes.

import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { pinnedNode, root } from './workspace.mjs';

const bin = join(root, 'node_modules/.bin');

const isOurs = (path) => `${path}${sep}`.startsWith(join(root, 'node_modules') + sep);
const pathEntries = () => (process.env.PATH ?? '').split(delimiter).filter(Boolean);

/** The environment of our tools: Node 24 and the workspace's commands first, nobody is asked or counted. */
export const toolEnv = () => ({
  ...process.env,
  PATH: [bin, ...pathEntries()].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
});

/** The environment of somebody who has Node and npm but not this repository. */
export const outsideEnv = () => ({
  ...process.env,
  PATH: pathEntries()
    .filter((entry) => !isOurs(entry))
    .join(delimiter),
});

/**
 * The Node that the machine came with. npm puts node_modules/.bin first on PATH, so that inside `npm run` a plain
 * `node` is already the pinned one: npm itself, however, says which Node it runs on.
 */
export function hostNode() {
  const candidates = [process.env.npm_node_execpath, process.execPath];
  candidates.push(...pathEntries().map((entry) => join(entry, 'node')));
  for (const candidate of candidates) {
    if (candidate && existsSync(candidate) && !isOurs(realpathSync(candidate))) return candidate;
  }
  return pinnedNode;
}

/**
 * Runs a command to its end and returns its exit code. Its stdout goes to our stderr unless `stdio` says otherwise,
 * because set-up must never mix into what a command prints.
 */
export function run(command, args, { cwd = root, env = toolEnv(), stdio = ['ignore', 2, 2] } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

/**
 * Becomes another program, as nearly as Node can: same stdio, same working folder, signals, exit code. (The scripts in
 * package.json begin with `exec` for the same reason: npm sends its signals to the shell, which would keep them.)
 */
export function become(command, args, { cwd, env = process.env }) {
  const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child as well; a second one would look like an impatient user.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`could not start ${command}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** The folder in which the user typed the command: `npm run` moves to the root first. */
export const callerFolder = () => (process.env.npm_lifecycle_event && process.env.INIT_CWD) || process.cwd();
