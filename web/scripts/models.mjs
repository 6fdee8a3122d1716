// Which model an argument names.

import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** The address of a model, or its folder with the names of the files in it and the one that was named. The engine chooses
 * where there is a choice. */
export async function locate(model) {
  if (/^https?:\/\//i.test(model)) return { url: model };
  if (/^hf:/i.test(model)) return { url: model, hub: process.env.HF_ENDPOINT || undefined };
  const facts = await stat(model).catch((error) => {
    throw new Error(`${model}: ${error.code === 'ENOENT' ? 'no such file or folder' : error.message}`);
  });
  const named = facts.isDirectory() ? null : path.basename(model);
  if (named && !/\.(safetensors|gguf)$/.test(named)) {
    throw new Error(`${model} is neither a folder, a .safetensors nor a .gguf file`);
  }
  const folder = path.resolve(facts.isDirectory() ? model : path.dirname(model));
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  return { shown: model, folder, weights: named, names };
}
