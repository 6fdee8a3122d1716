// The arguments of the experts, which come with their models.

import { choice, given } from './values.mjs';

const TEXT = { type: 'string' };

/** What each takes beside the device. */
export const REDACT = { map: TEXT, known: TEXT, restore: TEXT, kinds: TEXT, model: TEXT };
export const WHEN = { now: TEXT, model: TEXT };

const KINDS = ['name', 'address', 'organisation', 'email', 'phone', 'birth', 'account', 'card', 'iban', 'national_id', 'ip', 'url'];

/** `redact [FILE]`. Its texts and maps are in files. */
export function redactRequest(values, files) {
  const { map, known, restore, kinds } = values;
  if (files.length > 1) throw new Error('redact takes one FILE');
  const other = ['map', 'known', 'kinds', 'model', 'json'].find((name) => values[name] !== undefined);
  if (restore !== undefined && other !== undefined) throw new Error(`--${other} cannot be used with --restore`);
  const named = kinds?.split(',').map((kind) => choice('--kinds', kind, KINDS));
  return { file: files[0], mapFile: map, knownFile: known, restoreFile: restore, options: given({ kinds: named }) };
}

/** `when [PHRASE]`. Without a phrase, each line of standard input is one. */
export function whenRequest({ now }, phrases) {
  if (phrases.length > 1) throw new Error('when takes one PHRASE');
  return { phrase: phrases[0] === '-' ? undefined : phrases[0], asks: phrases.length === 0, options: given({ now }) };
}
