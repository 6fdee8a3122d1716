// The arguments of the command: what `kinglet` takes, and refuses.

import { parseArgs } from 'node:util';

import * as experts from './expert-arguments.mjs';
import { ALIASES, CHAT, GENERATE, chatRequest, generateRequest } from './generate-arguments.mjs';
import * as tasks from './task-arguments.mjs';
import { choice, given, ids, number, whole } from './values.mjs';

const SHARED = {
  context: { type: 'string', short: 'c' },
  kv: { type: 'string' },
  quant: { type: 'string' },
  tier: { type: 'string' },
  limits: { type: 'string' },
  device: { type: 'string' },
  adapter: { type: 'string' },
  'no-subgroups': { type: 'boolean' },
  'as-file': { type: 'boolean' },
  json: { type: 'boolean' },
};

/** What each command takes beside that, what the page needs for it, and the text that may follow MODEL, or any number of them. */
const COMMANDS = {
  inspect: [{ 'memory-limit': { type: 'string' } }, inspectRequest],
  forward: [
    { tokens: { type: 'string' }, segments: { type: 'string' }, last: { type: 'boolean' }, taps: { type: 'string' } },
    forwardRequest,
  ],
  generate: [GENERATE, generateRequest, 'PROMPT'],
  chat: [CHAT, chatRequest, 'MESSAGE'],
  eval: [
    {
      against: { type: 'string' },
      text: { type: 'string' },
      'token-file': { type: 'string' },
      window: { type: 'string' },
      gate: { type: 'string', multiple: true },
    },
    evalRequest,
  ],
  embed: [tasks.EMBED, tasks.embedRequest, 'TEXT', Infinity],
  rerank: [tasks.RERANK, tasks.rerankRequest, 'TEXT', Infinity],
  classify: [tasks.CLASSIFY, tasks.classifyRequest, 'TEXT', Infinity],
  tag: [tasks.TAG, tasks.tagRequest, 'TEXT'],
  answer: [tasks.ANSWER, tasks.answerRequest],
  fill: [tasks.FILL, tasks.fillRequest, 'TEXT'],
  bench: [{ prompt: { type: 'string' }, generate: { type: 'string' }, rounds: { type: 'string' } }, benchRequest],
};

/** The experts come with their models, and nothing of these is told to them but the device. */
const EXPERTS = { redact: [experts.REDACT, experts.redactRequest], when: [experts.WHEN, experts.whenRequest] };
const { tier: TIER, limits: LIMITS, device: DEVICE, adapter: ADAPTER, 'as-file': AS_FILE, json: JSON_FORM } = SHARED;
const EXPERT = { tier: TIER, limits: LIMITS, device: DEVICE, adapter: ADAPTER, 'as-file': AS_FILE, json: JSON_FORM };

/** `quantize` takes no device, and a file to write. */
const QUANTIZE = { type: { type: 'string' }, pure: { type: 'boolean' }, 'as-file': SHARED['as-file'], json: SHARED.json };

/** `tokenize` takes no device either. */
const TOKENIZE = {
  text: { type: 'string' },
  jsonl: { type: 'boolean' },
  'no-special': { type: 'boolean' },
  decode: { type: 'boolean' },
  tokens: { type: 'string' },
  'as-file': SHARED['as-file'],
  json: SHARED.json,
};

/** Nor does `template`. */
const TEMPLATE = {
  chat: { type: 'string' },
  bos: { type: 'string' },
  eos: { type: 'string' },
  'no-generation-prompt': { type: 'boolean' },
  'as-file': SHARED['as-file'],
  json: SHARED.json,
};

/** Commands that take no device. */
const WITHOUT_DEVICE = { quantize: quantizeCommand, tokenize: tokenizeCommand, template: templateCommand };

/** Reads `COMMAND MODEL ...`: the command's name, its model (which an expert brings along), how it gets it, and what the page needs for it. */
export function read([name, ...args]) {
  if (Object.hasOwn(WITHOUT_DEVICE, name ?? '')) return WITHOUT_DEVICE[name](args);
  if (Object.hasOwn(EXPERTS, name ?? '')) return expertCommand(name, args);
  if (!Object.hasOwn(COMMANDS, name ?? '')) {
    const names = [...Object.keys(COMMANDS), ...Object.keys(EXPERTS), ...Object.keys(WITHOUT_DEVICE)];
    throw new Error(`the browser runs ${names.join(', ')}, not ${name ?? 'nothing'}`);
  }
  const [options, requestOf, text, most = text ? 1 : 0] = COMMANDS[name];
  const { values, positionals } = parse(args, { ...SHARED, ...options });
  const [model, ...texts] = positionals;
  if (model === undefined || texts.length > most) {
    throw new Error(`${name} takes one MODEL${most === 0 ? '' : `, and ${most === 1 ? 'one' : 'any number of'} ${text}`}`);
  }
  const request = requestOf(values, texts);
  // The context of an answer is a text.
  if (name === 'answer') delete values.context;
  const { adapter, json = false, 'as-file': asFile = false } = values;
  return { name, model, asFile, json, request: { ...request, adapter, loading: loading(values, request) } };
}

function expertCommand(name, args) {
  const [options, requestOf] = EXPERTS[name];
  const { values, positionals } = parse(args, { ...EXPERT, ...options });
  const { model, adapter, json = false, 'as-file': asFile = false } = values;
  return { name, model, asFile, json, request: { ...requestOf(values, positionals), adapter, loading: loading(values, {}) } };
}

function quantizeCommand(args) {
  const { values, positionals } = parse(args, QUANTIZE);
  const [model, output] = positionals;
  if (positionals.length !== 2) throw new Error('quantize takes IN and OUT.gguf');
  if (!output.endsWith('.gguf')) throw new Error(`${output} does not end in .gguf`);
  const { type: types, pure = false, json = false, 'as-file': asFile = false } = values;
  if (types === undefined) throw new Error('--type is missing; give it one such as Q8_0 or Q4_K_M');
  return { name: 'quantize', model, output, asFile, json, request: { input: model, output, types, pure } };
}

function tokenizeCommand(args) {
  const { values, positionals } = parse(args, TOKENIZE);
  if (positionals.length !== 1) throw new Error('tokenize takes one MODEL');
  const { text, jsonl: lines = false, decode = false, tokens, json = false, 'as-file': asFile = false } = values;
  if (decode !== (tokens !== undefined)) throw new Error('--decode and --tokens go together');
  if ([text !== undefined, lines, decode].filter(Boolean).length !== 1) {
    throw new Error('give --text TEXT, or --jsonl and texts on standard input, or --decode --tokens IDS');
  }
  const request = { text, lines, tokens: decode ? ids('--tokens', tokens) : undefined, special: !values['no-special'], json };
  return { name: 'tokenize', model: positionals[0], asFile, json, request };
}

function templateCommand(args) {
  const { values, positionals } = parse(args, TEMPLATE);
  if (positionals.length !== 1) throw new Error('template takes one FILE or MODEL');
  const { chat: chatFile, bos, eos, 'no-generation-prompt': bare = false, json = false, 'as-file': asFile = false } = values;
  if (chatFile === undefined) throw new Error('--chat is missing; give it a JSON file with messages');
  const rendering = given({ addGenerationPrompt: !bare, bosToken: bos, eosToken: eos });
  return { name: 'template', model: positionals[0], asFile, json, request: { chatFile, rendering } };
}

function parse(args, options) {
  const { values, positionals, tokens } = parsed(joined(args, options), options);
  const names = tokens.filter(({ kind }) => kind === 'option').map((token) => token.name);
  const repeated = names.find((name, index) => names.indexOf(name) < index && !options[name].multiple);
  if (repeated) throw new Error(`--${repeated} cannot be used multiple times`);
  return { values, positionals };
}

function parsed(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true, tokens: true });
  } catch (error) {
    // Node's own explanations go on for paragraphs.
    throw new Error(error.message.split(/[.?] |\n/)[0]);
  }
}

/** `--name value` as `--name=value`, by the option's own name: Node takes no value that begins with a dash else, and does
 * not say which. */
function joined(args, options) {
  const list = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = long(args[index], options).replace(/^--([\w-]+)/, (_, name) => `--${known(name, options)}`);
    if (arg === '--') return [...list, ...args.slice(index)];
    const takes = arg.startsWith('--') && options[arg.slice(2)]?.type === 'string' && index + 1 < args.length;
    list.push(takes ? `${arg}=${args[(index += 1)]}` : arg);
  }
  return list;
}

/** `-n` as `--max-tokens`. */
function long(arg, options) {
  const name = Object.keys(options).find((name) => arg === `-${options[name].short}`);
  return name === undefined ? arg : `--${name}`;
}

/** Users of other engines know some by other names. */
function known(name, options) {
  return !(name in options) && Object.hasOwn(ALIASES, name) && ALIASES[name] in options ? ALIASES[name] : name;
}

function forwardRequest({ tokens, segments, last, taps }) {
  const names = [...new Set(taps?.split(',').map((name) => name.trim()))];
  if (names.includes('')) throw new Error('a name of --taps is empty');
  const list = names.length === 1 && names[0] === 'list';
  if (tokens === undefined && !list) throw new Error('--tokens is missing; give it ids such as 3,14,15');
  return { tokens: tokens === undefined ? [] : ids('--tokens', tokens), segments: ids('--segments', segments), last, list, taps: list ? [] : names };
}

function inspectRequest({ 'memory-limit': limit }) {
  return { memoryLimit: limit === undefined ? null : size(limit) };
}

function evalRequest({ against, text: textFile, 'token-file': tokenFile, window, gate = [] }) {
  if (against === undefined) throw new Error('--against is missing; give it the model to compare with');
  if ((textFile === undefined) === (tokenFile === undefined)) {
    throw new Error('give --text or --token-file: a file of text, or one of token ids');
  }
  return { against, textFile, tokenFile, window: whole('--window', window, 2) ?? 512, gates: gate.map(condition) };
}

function benchRequest({ prompt, generate, rounds }) {
  return {
    prompt: whole('--prompt', prompt, 1) ?? 64,
    generate: whole('--generate', generate, 1) ?? 24,
    rounds: whole('--rounds', rounds, 1) ?? 5,
  };
}

/** The figures of `eval` that a condition may be on. */
const FIGURES = ['perplexity', 'reference_perplexity', 'kl_mean', 'kl_p99', 'top1_agreement'];

/** Reads a condition such as `kl_mean<0.01`. */
function condition(text) {
  const [, figure, sign, limit] = /^\s*(\w+)\s*([<>])\s*(\S+)\s*$/.exec(text) ?? [];
  const value = limit === undefined ? NaN : number('--gate', limit);
  if (FIGURES.includes(figure) && Number.isFinite(value)) return { text, figure, below: sign === '<', limit: value };
  throw new Error(`--gate: ${JSON.stringify(text)} is not a condition such as kl_mean<0.01; figures are ${FIGURES.join(', ')}`);
}

/** Reads the ids of a file: anything but digits lies between them. */
export function tokenList(file, text) {
  const words = text.split(/\D+/).filter(Boolean);
  const wrong = words.find((word) => Number(word) > 0xffff_ffff);
  if (wrong !== undefined) throw new Error(`${file}: ${wrong} is not a token id`);
  if (words.length < 2) throw new Error(`${file}: there are fewer than two token ids`);
  return words.map(Number);
}

/** Reads a number of bytes: `4G` and `4GiB` are powers of 1,024, `4GB` of 1,000. */
function size(text) {
  const [, number, letter, rest] = /^\s*([\d.]+)\s*([kmgt]?)(|ib|b)\s*$/i.exec(text) ?? [];
  const power = ['', 'k', 'm', 'g', 't'].indexOf(letter?.toLowerCase());
  const base = rest?.toLowerCase() === 'b' ? 1000 : 1024;
  const bytes = Math.trunc(Number(number) * base ** power);
  if (Number.isFinite(bytes) && bytes < 9e18 && (letter || rest?.toLowerCase() !== 'ib')) return bytes;
  throw new Error(`--memory-limit: ${JSON.stringify(text)} is not a size such as 512MiB, 4G or 1000000`);
}

/** The options of `load`. */
function loading(values, { taps, grammars }) {
  const { context, device } = values;
  if (device === 'cpu') throw new Error('--device cpu is not for browsers; they run models on the GPU');
  choice('--device', device, ['auto', 'gpu']);
  return given({
    context: whole('--context', context),
    kv: choice('--kv', values.kv, ['f32', 'f16']),
    quant: choice('--quant', values.quant, ['keep', 'q8', 'q4']),
    tier: values['no-subgroups'] ? 'baseline' : tier(values.tier),
    limits: choice('--limits', values.limits, ['adapter', 'default']),
    taps,
    grammars,
  });
}

/** The highest tier with kernels of its own that is not above the one asked for. */
function tier(name) {
  const known = choice('--tier', name, ['baseline', 'subgroups', 'dot', 'f16', 'matrix']);
  return known === undefined || known === 'baseline' ? known : 'subgroups';
}
