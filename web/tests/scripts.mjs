// The scripts of this package, run as people run them.

import { spawn } from 'node:child_process';
import path from 'node:path';

import { WEB } from './support.mjs';

/** Starts a script and gathers what it prints until it has ended. */
export function start(script, args, options = {}) {
  const child = spawn(process.execPath, [path.join(WEB, 'scripts', script), ...args], options);
  const found = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (found[name] += text));
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ ...found, code, signal })));
  return { child, ended };
}

/** What the command in the browser prints. */
export const command = (args, options) => start('command.mjs', args, options).ended;
