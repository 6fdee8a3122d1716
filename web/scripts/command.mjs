// The `kinglet` command in a browser: `forward MODEL ...` and `generate MODEL ...` with its options, its JSON on
// standard output, and an error as one line on standard error.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { launch, open } from './browser.mjs';
import { serve } from './server.mjs';

const SCRIPTS = import.meta.dirname;

const SHARED = {
  tokens: { type: 'string' },
  context: { type: 'string' },
  kv: { type: 'string' },
  tier: { type: 'string' },
  limits: { type: 'string' },
  device: { type: 'string' },
  'no-subgroups': { type: 'boolean' },
  json: { type: 'boolean' },
};

const COMMANDS = {
  forward: { last: { type: 'boolean' }, taps: { type: 'string' } },
  generate: {
    'max-tokens': { type: 'string' },
    temperature: { type: 'string' },
    'ignore-eos': { type: 'boolean' },
    logits: { type: 'boolean' },
  },
};

try {
  const [name, ...args] = process.argv.slice(2);
  const options = COMMANDS[name];
  if (!options) throw new Error(`the browser runs forward and generate, not ${name ?? 'nothing'}`);
  const { values, positionals } = parseArgs({ args, options: { ...SHARED, ...options }, allowPositionals: true });
  if (positionals.length !== 1) throw new Error(`${name} takes one MODEL`);
  const request = name === 'forward' ? forwardRequest(values) : generateRequest(values);
  const json = await run(name, await modelFiles(positionals[0]), { ...request, loading: loading(values, request) });
  process.stdout.write(`${json}\n`);
} catch (error) {
  // Node's own explanations of arguments go on for paragraphs.
  const message = error.code?.startsWith('ERR_PARSE_ARGS') ? error.message.split(/[.?] |\n/)[0] : error.message;
  process.stderr.write(`error: ${message.trim().replaceAll(/\s+/g, ' ')}\n`);
  process.exitCode = 1;
}

async function run(name, files, request) {
  const server = await serve({ '/scripts/': SCRIPTS, '/package/': path.join(SCRIPTS, '..'), '/model/': files });
  try {
    const browser = await launch();
    try {
      const { page, problems } = await open(browser, `${server.url}/scripts/blank.html`);
      const result = await page.evaluate(
        async ([name, request]) => (await import('/scripts/in-page.mjs'))[name](request),
        [name, { ...request, url: `${server.url}/model/` }],
      );
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

/** The files of a model: those of a folder, or one weight file with what lies beside it. */
async function modelFiles(model) {
  const facts = await stat(model).catch((error) => {
    throw new Error(`${model}: ${error.code === 'ENOENT' ? 'no such file or folder' : error.message}`);
  });
  const folder = path.resolve(facts.isDirectory() ? model : path.dirname(model));
  const single = facts.isDirectory() ? null : path.basename(model);
  if (single && !single.endsWith('.safetensors')) {
    throw new Error(`${model} is neither a folder nor a .safetensors file`);
  }
  return (name) => {
    if (name !== path.basename(name)) return null;
    if (single && name === 'model.safetensors.index.json') return null;
    return path.join(folder, single && name === 'model.safetensors' ? single : name);
  };
}

function forwardRequest({ tokens, last, taps }) {
  const names = [...new Set(taps?.split(',').map((name) => name.trim()))];
  if (names.includes('')) throw new Error('a name of --taps is empty');
  const list = names.length === 1 && names[0] === 'list';
  if (tokens === undefined && !list) throw new Error('--tokens is missing; give it ids such as 3,14,15');
  return { tokens: tokens === undefined ? [] : ids(tokens), last, list, taps: list ? [] : names };
}

function generateRequest({ tokens, 'max-tokens': maxTokens, temperature, 'ignore-eos': ignoreEnd, logits }) {
  if (tokens === undefined) throw new Error('--tokens is missing; give it ids such as 3,14,15');
  const generation = given({
    maxTokens: whole('--max-tokens', maxTokens),
    temperature: temperature === undefined ? undefined : Number(temperature),
    ignoreEnd,
    logits,
  });
  if (Number.isNaN(generation.temperature)) throw new Error(`--temperature ${temperature} is not a number`);
  return { tokens: ids(tokens), generation };
}

/** The options of `load`. */
function loading(values, { taps }) {
  const { context, device } = values;
  if (device === 'cpu') throw new Error('--device cpu is not for browsers; they run models on the GPU');
  choice('--device', device, ['auto', 'gpu']);
  return given({
    context: whole('--context', context),
    kv: choice('--kv', values.kv, ['f32', 'f16']),
    tier: values['no-subgroups'] ? 'baseline' : tier(values.tier),
    limits: choice('--limits', values.limits, ['adapter', 'default']),
    taps,
  });
}

function ids(text) {
  return text.split(',').map((word) => {
    const id = whole('--tokens', word.trim());
    if (id > 0xffff_ffff) throw new Error(`--tokens: ${id} is not a token id, a whole number from 0 to ${0xffff_ffff}`);
    return id;
  });
}

function whole(option, text) {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`${option}: ${JSON.stringify(text)} is not a whole number`);
  return Number(text);
}

function choice(option, value, choices) {
  if (value === undefined || choices.includes(value)) return value;
  throw new Error(`${option}: ${JSON.stringify(value)} is none of ${choices.join(', ')}`);
}

/** The highest tier with kernels of its own that is not above the one asked for. */
function tier(name) {
  const known = choice('--tier', name, ['baseline', 'subgroups', 'dot', 'f16', 'matrix']);
  return known === undefined || known === 'baseline' ? known : 'subgroups';
}

function given(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
