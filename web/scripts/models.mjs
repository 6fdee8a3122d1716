// Which model an argument names.

import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** The address of a model, or its folder with the paths of the files in it and the one that was named or is the model. */
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
  const weights = named ?? (names.includes('config.json') ? null : onlyGguf(model, names));
  return { folder, weights, paths: names.map((name) => path.join(folder, name)) };
}

/** The GGUF model of a folder, by its first part; null where there is none. */
function onlyGguf(folder, names) {
  const parts = names.filter((name) => name.endsWith('.gguf'));
  const models = [...new Set(parts.map((name) => name.replace(/-\d{5}-of-(\d{5})\.gguf$/, '-00001-of-$1.gguf')))].sort();
  if (models.length < 2) return models[0] ?? null;
  const more = models.length > 3 ? ', …' : '';
  const shown = models.slice(0, 3).join(', ');
  throw new Error(`${folder}: holds ${models.length} GGUF models, name one of them: ${shown}${more}`);
}
