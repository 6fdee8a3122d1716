// The `kinglet` command in a browser: `forward MODEL ...` and `generate MODEL ...` with its options, its output, and an
// error as one line on standard error.

import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { read } from './arguments.mjs';
import { launch, open } from './browser.mjs';
import { oneLine } from './one-line.mjs';
import * as readable from './readable.mjs';
import { serve } from './server.mjs';

const SCRIPTS = import.meta.dirname;

/** After this time something hangs: Chromium on a software adapter is slow, and nobody may be there to end it. */
const MINUTES = 30;

// Whoever read the output has had enough.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// Where standard error is closed, only the exit code is left.
process.stderr.on('error', () => {});

try {
  const { name, model, json, request } = read(process.argv.slice(2));
  const result = await run(name, await modelFiles(model), request);
  process.stdout.write(json ? `${result}\n` : readable[name](JSON.parse(result), request));
} catch (error) {
  process.stderr.write(`error: ${oneLine(error.message.trim())}\n`);
  process.exitCode = 1;
}

async function run(name, { files, address }, request) {
  const server = await serve({ '/scripts/': SCRIPTS, '/package/': path.join(SCRIPTS, '..'), '/model/': files });
  try {
    const browser = await launch();
    try {
      const { page, problems } = await open(browser, `${server.url}/scripts/blank.html`);
      const running = page.evaluate(
        async ([name, request]) => (await import('/scripts/in-page.mjs'))[name](request),
        [name, { ...request, url: `${server.url}/model/${address}` }],
      );
      const result = await Promise.race([running, tooLate()]);
      if (result.error) throw new Error(result.error);
      if (problems.length > 0) throw new Error(`the page reports: ${problems.join('; ')}`);
      return result.json;
    } finally {
      await browser.close();
    }
  } finally {
    server.close();
  }
}

/** The files of a model, and the address to load below theirs: a folder's, or a weight file with what lies beside it. */
async function modelFiles(model) {
  const facts = await stat(model).catch((error) => {
    throw new Error(`${model}: ${error.code === 'ENOENT' ? 'no such file or folder' : error.message}`);
  });
  const folder = path.resolve(facts.isDirectory() ? model : path.dirname(model));
  const single = facts.isDirectory() ? null : path.basename(model);
  if (single && !single.endsWith('.safetensors') && !single.endsWith('.gguf')) {
    throw new Error(`${model} is neither a folder, a .safetensors nor a .gguf file`);
  }
  const names = single ? [single] : (await readdir(folder)).includes('config.json') ? [] : await readdir(folder);
  const gguf = names.filter((name) => name.endsWith('.gguf')).sort()[0];
  const files = (name) => {
    if (name !== path.basename(name)) return null;
    if (single && name === 'model.safetensors.index.json') return null;
    return path.join(folder, single && name === 'model.safetensors' ? single : name);
  };
  return { files, address: encodeURIComponent(gguf ?? '') };
}

function tooLate() {
  return new Promise((_, reject) => {
    const late = () => reject(new Error(`the page has not answered for ${MINUTES} minutes`));
    setTimeout(late, MINUTES * 60_000).unref();
  });
}
