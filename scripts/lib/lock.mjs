// One set-up at a time: two terminals that both build would delete each other's output.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './workspace.mjs';

const lockFile = join(root, 'node_modules/.sepconv/lock');
const pollMilliseconds = 100;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function tryTake() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** Removes the lock of a process that is gone; an empty file is one that is just being written. */
function clearIfStale() {
  try {
    const owner = readFileSync(lockFile, 'utf8');
    if (owner !== '' && !isAlive(Number(owner))) rmSync(lockFile, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** Runs `work` while holding the lock, waiting for whoever holds it now. */
export async function withLock(work) {
  mkdirSync(join(lockFile, '..'), { recursive: true });
  let waited = false;
  while (!tryTake()) {
    clearIfStale();
    if (!waited) console.error('waiting for another set-up of this repository to finish ...');
    waited = true;
    await sleep(pollMilliseconds);
  }
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}
