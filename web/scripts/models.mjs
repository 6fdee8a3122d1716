// Which model an argument names.

import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** What the templates of a file are called in a model's folder, by how the file's name ends. */
const TEMPLATES = {
  '.jinja': 'chat_template.jinja',
  '.jinja2': 'chat_template.jinja',
  '.j2': 'chat_template.jinja',
  '.txt': 'chat_template.jinja',
  '.json': 'tokenizer_config.json',
};

/** A model, or a file of templates with the name that it has in a model's folder. */
export async function locateTemplate(place) {
  const name = TEMPLATES[path.extname(place)];
  const isFile = name !== undefined && (await stat(place).catch(() => null))?.isFile();
  return isFile ? { file: path.resolve(place), name } : locate(place);
}

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
  return { shown: model, folder, weights: named, names, folders: entries.some((entry) => entry.isDirectory()) };
}
