// The native command, which says what the browser should find.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

import { WEB } from './support.mjs';

const NAME = process.platform === 'win32' ? 'kinglet.exe' : 'kinglet';
const COMMAND = path.resolve(WEB, '..', process.env.CARGO_TARGET_DIR ?? 'target', 'debug', NAME);

/** What the command prints as JSON. `npm test` builds it first. */
export function native(...args) {
  return JSON.parse(nativeText(...args, '--json'));
}

/** What it prints. */
export function nativeText(...given) {
  // What comes last may be what else it gets: input, environment.
  const { input, env } = typeof given.at(-1) === 'object' ? given.at(-1) : {};
  const args = given.filter((arg) => typeof arg === 'string');
  if (!existsSync(COMMAND)) throw new Error(`${COMMAND} is missing; \`npm --prefix web test\` builds it`);
  const stdin = input === undefined ? 'ignore' : 'pipe';
  const options = { encoding: 'utf8', maxBuffer: 1 << 28, stdio: [stdin, 'pipe', 'pipe'], input, env };
  return execFileSync(COMMAND, args, options);
}
