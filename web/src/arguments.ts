// What callers give, checked before anything is started for it. Callers need not write TypeScript.

import type { GenerateOptions as EngineGenerateOptions, LocalTime } from '../pkg/kinglet_web.js';
import { KingletError, reason } from './error.js';
import { hubModel } from './hub.js';
import type { WorkerSource } from './protocol.js';
import type { FilesSource, GenerateOptions, LoadProgress, ModelSource, Prompt, UrlSource } from './types.js';

/** Throws what a caller who asks for what cannot be gets. */
export function refuse(message: string, cause?: unknown): never {
  throw new KingletError('invalid-argument', message, { cause });
}

interface Common {
  signal?: AbortSignal | undefined;
  onProgress?: (progress: LoadProgress) => void;
}

/** Options that are an object, with a signal that is one. */
export function checked<T extends Common>(options: T): T {
  if (typeof options !== 'object' || options === null) refuse('options must be an object');
  const { signal, onProgress } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse('signal must be an AbortSignal');
  if (onProgress !== undefined && typeof onProgress !== 'function') refuse('onProgress must be a function');
  return options;
}

/** Options of which all are known. */
export function known(options: object, names: string[]): void {
  const name = Object.keys(options).find((name) => !names.includes(name));
  if (name !== undefined) refuse(`there is no option ${JSON.stringify(name)}; there are ${names.join(', ')}`);
}

/** A source as a worker can have it. */
export function portable(source: ModelSource): WorkerSource {
  if (typeof source === 'object' && source !== null) {
    if ('url' in source) return place(source);
    const { files, weights = null } = source;
    if (weights !== null && typeof weights !== 'string') refuse('weights must be the name of a file');
    if (typeof files === 'object' && files !== null) return { files: blobs(files), weights };
  }
  return refuse('a model comes from { url } or { files }');
}

/** Token ids, each of which is one. */
export function tokenIds(tokens: Iterable<number>): Uint32Array {
  if (typeof tokens?.[Symbol.iterator] !== 'function') refuse('tokens must be an array or another iterable');
  const list = [...tokens];
  const wrong = list.findIndex((id) => !Number.isInteger(id) || id < 0 || id > 0xffff_ffff);
  if (wrong >= 0) refuse(`${String(list[wrong])} is not a token id, a whole number from 0 to ${0xffff_ffff}`);
  return Uint32Array.from(list);
}

/** A text, which is one. */
export function text(name: string, given: string): string {
  return typeof given === 'string' ? given : refuse(`${name} must be a string`);
}

/** A text that can come back as it was: half a surrogate pair is nothing that an engine, or a file, can hold. */
export function wholeText(name: string, given: string): string {
  return /\p{Surrogate}/u.test(text(name, given)) ? refuse(`${name} has half a surrogate pair`) : given;
}

/** Texts, each of which is one. */
export function texts(name: string, given: readonly string[]): string[] {
  const right = Array.isArray(given) && given.every((each) => typeof each === 'string');
  return right ? [...given] : refuse(`${name} must be an array of strings`);
}

/** A prompt as a worker can have it. */
export function prompt(given: Prompt): string | Uint32Array {
  return typeof given === 'string' ? given : tokenIds(given);
}

/** Options of a generation as a worker can have them. */
export function generation({ jsonSchema: schema, ...options }: Omit<GenerateOptions, 'signal'>): EngineGenerateOptions {
  return schema == null ? options : { ...options, jsonSchema: jsonText('jsonSchema', schema) };
}

/** An object as JSON text; what is text is taken for it. */
export function jsonText(name: string, value: object | string): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return refuse(`${name} must be an object, or its JSON text`);
  try {
    return JSON.stringify(value);
  } catch (error) {
    return refuse(`${name} cannot be written as JSON: ${reason(error)}`, error);
  }
}

/** What the clock on the wall says. */
export function local(now: Date): LocalTime {
  if (!(now instanceof Date) || Number.isNaN(now.getTime())) refuse('now must be a Date, and a valid one');
  return {
    year: now.getFullYear(),
    month: now.getMonth() + 1,
    day: now.getDate(),
    hour: now.getHours(),
    minute: now.getMinutes(),
    second: now.getSeconds(),
    microsecond: now.getMilliseconds() * 1000,
  };
}

/** A time on the wall, to the second, as the engine reads it. */
export function localText(now: Date | string): string {
  if (typeof now === 'string') return now;
  const { year, month, day, hour, minute, second } = local(now);
  if (year < 0 || year > 9999) refuse(`now is in the year ${year}`);
  const digits = (number: number, count = 2): string => `${number}`.padStart(count, '0');
  return `${digits(year, 4)}-${digits(month)}-${digits(day)}T${digits(hour)}:${digits(minute)}:${digits(second)}`;
}

/** A model on the hub, or the address of a weight file or of a folder. */
function place({ url: address, hub }: UrlSource): WorkerSource {
  const text = address instanceof URL ? address.href : address;
  if (typeof text !== 'string') return refuse('url must be a string or a URL');
  if (/^hf:/i.test(text)) {
    const model = hubModel(text, hub === undefined ? undefined : parsed(hub).href);
    return model ?? refuse(`${JSON.stringify(text)} is not hf:org/name, with :file or @revision behind it or not`);
  }
  const url = parsed(text);
  if (!/(\/|\.gguf|\.safetensors)$/.test(url.pathname)) url.pathname += '/';
  return { url: url.href };
}

function parsed(address: string | URL): URL {
  try {
    return new URL(address, location.href);
  } catch (error) {
    return refuse(`${JSON.stringify(String(address))} is not an address`, error);
  }
}

/** Files by their names; of a folder with folders in it, by their paths from where those lie that are outermost. */
function blobs(files: FilesSource['files']): Record<string, Blob> {
  if (!(Symbol.iterator in files)) return Object.fromEntries(Object.entries(files).map(blob));
  const list = [...files];
  if (!list.every((file) => file instanceof File)) return refuse('files must be File objects, or an object with a Blob for each name');
  const steps = (file: File): string[] => (file.webkitRelativePath || file.name).split('/');
  const above = Math.min(...list.map((file) => steps(file).length)) - 1;
  return Object.fromEntries(list.map((file) => [steps(file).slice(above).join('/'), file]));
}

function blob([name, file]: [string, BlobPart]): [string, Blob] {
  return [name, file instanceof Blob ? file : new Blob([file])];
}
