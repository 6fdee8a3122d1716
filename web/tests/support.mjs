// Where things are, and what the goldens say.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export const WEB = path.resolve(import.meta.dirname, '..');
export const SITE = path.join(WEB, 'site');
export const GOLDENS = path.resolve(WEB, '../tests/goldens');

/** The checkpoints of `tests/goldens` with what `transformers` computes for them. */
export function goldens() {
  const folders = readdirSync(GOLDENS).filter((name) => existsSync(path.join(GOLDENS, name, 'golden.json')));
  const found = folders.map((name) => {
    const golden = JSON.parse(readFileSync(path.join(GOLDENS, name, 'golden.json'), 'utf8'));
    const file = readFileSync(path.join(GOLDENS, name, 'golden.safetensors'));
    // Where rotations depend on the length, a cache may change what follows: then there is what `generate` gives.
    const { prompt_ids: prompt, greedy_ids: greedy, generate_ids: generated = greedy } = golden;
    return { name, prompt, greedy, generated, tensor: (key) => tensor(file, key) };
  });
  if (found.length === 0) throw new Error(`no goldens in ${GOLDENS}`);
  return found;
}

/** The encoders of `tests/goldens/encoders`, and those of them that are there as GGUF files too; of those that are there
 * with text, what comes of it. */
export function encoders() {
  const folder = path.join(GOLDENS, 'encoders');
  const folders = readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'golden.json')));
  const found = folders.flatMap((name) => {
    const at = (file) => path.join(folder, name, file);
    const json = (file) => JSON.parse(readFileSync(at(file), 'utf8'));
    const file = readFileSync(at('golden.safetensors'));
    const text = existsSync(at('text.json')) ? json('text.json') : null;
    const encoder = { name, model: `encoders/${name}`, inputs: json('golden.json').inputs, text, values: (key) => values(file, key).values };
    const gguf = `gguf/${name}.gguf`;
    if (!existsSync(path.join(GOLDENS, gguf))) return [encoder];
    // That texts are to be cut is nothing that such a file says.
    const whole = text?.embeddings?.filter(({ ids }) => ids.length < text.max_seq_length);
    return [encoder, { ...encoder, name: `${name} gguf`, model: gguf, text: whole ? { ...text, embeddings: whole } : text }];
  });
  if (found.length === 0) throw new Error(`no goldens in ${folder}`);
  return found;
}

/** An F32 tensor of a safetensors file. */
function values(file, name) {
  const start = 8 + Number(file.readBigUInt64LE(0));
  const { shape, data_offsets: offsets } = JSON.parse(file.toString('utf8', 8, start))[name];
  const values = new Float32Array(file.buffer.slice(file.byteOffset + start + offsets[0], file.byteOffset + start + offsets[1]));
  return { shape, values };
}

/** Its rows. */
function tensor(file, name) {
  const { shape, values: all } = values(file, name);
  return Array.from({ length: shape[0] }, (_, row) => all.subarray(row * shape[1], (row + 1) * shape[1]));
}

/** The normalised mean square error; NaN where lengths differ. */
export function nmse(found, expected) {
  if (found?.length !== expected.length) return NaN;
  let error = 0;
  let power = 0;
  for (const [index, value] of expected.entries()) {
    error += (found[index] - value) ** 2;
    power += value ** 2;
  }
  return error / power;
}

/** The names of an object's values, and of theirs. */
export function names(value, start = '') {
  if (Array.isArray(value)) return value.length > 0 ? names(value[0], `${start}[]`) : [];
  if (typeof value !== 'object' || value === null) return [start];
  return Object.entries(value).flatMap(([name, inner]) => names(inner, `${start}.${name}`));
}
