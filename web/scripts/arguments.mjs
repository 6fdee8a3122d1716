// The arguments of the command: what `kinglet forward` and `kinglet generate` take, and refuse.

import { parseArgs } from 'node:util';

const SHARED = {
  tokens: { type: 'string' },
  context: { type: 'string' },
  kv: { type: 'string' },
  quant: { type: 'string' },
  tier: { type: 'string' },
  limits: { type: 'string' },
  device: { type: 'string' },
  adapter: { type: 'string' },
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

/** Reads `forward MODEL ...` or `generate MODEL ...`: the command's name, its model, and what the page needs for it. */
export function read([name, ...args]) {
  if (!Object.hasOwn(COMMANDS, name ?? '')) throw new Error(`the browser runs forward and generate, not ${name ?? 'nothing'}`);
  const { values, positionals } = parse(args, { ...SHARED, ...COMMANDS[name] });
  if (positionals.length !== 1) throw new Error(`${name} takes one MODEL`);
  const request = name === 'forward' ? forwardRequest(values) : generateRequest(values);
  const { adapter, json = false } = values;
  return { name, model: positionals[0], json, request: { ...request, adapter, loading: loading(values, request) } };
}

function parse(args, options) {
  const { values, positionals, tokens } = parsed(joined(args, options), options);
  const names = tokens.filter(({ kind }) => kind === 'option').map((token) => token.name);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
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

/** `--name value` as `--name=value`: Node takes no value that begins with a dash else, and does not say which. */
function joined(args, options) {
  const list = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === '--') return [...list, ...args.slice(index)];
    const takes = arg.startsWith('--') && options[arg.slice(2)]?.type === 'string' && index + 1 < args.length;
    list.push(takes ? `${arg}=${args[(index += 1)]}` : arg);
  }
  return list;
}

function forwardRequest({ tokens, last, taps }) {
  const names = [...new Set(taps?.split(',').map((name) => name.trim()))];
  if (names.includes('')) throw new Error('a name of --taps is empty');
  const list = names.length === 1 && names[0] === 'list';
  if (tokens === undefined && !list) throw new Error('--tokens is missing; give it ids such as 3,14,15');
  return { tokens: tokens === undefined ? [] : ids(tokens), last, list, taps: list ? [] : names };
}

function generateRequest({ tokens, 'max-tokens': maxTokens, temperature, 'ignore-eos': ignoreEnd, logits, json }) {
  if (tokens === undefined) throw new Error('--tokens is missing; give it ids such as 3,14,15');
  const generation = given({
    maxTokens: whole('--max-tokens', maxTokens),
    temperature: number('--temperature', temperature),
    ignoreEnd,
    // Only JSON shows them.
    logits: json && logits,
  });
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
    quant: choice('--quant', values.quant, ['keep', 'q8', 'q4']),
    tier: values['no-subgroups'] ? 'baseline' : tier(values.tier),
    limits: choice('--limits', values.limits, ['adapter', 'default']),
    taps,
  });
}

function ids(text) {
  if (text.trim() === '') throw new Error('--tokens: the list has no tokens');
  return text.split(',').map((word) => {
    const id = word.trim();
    if (/^\d+$/.test(id) && Number(id) <= 0xffff_ffff) return Number(id);
    throw new Error(`--tokens: ${JSON.stringify(id)} is not a token id, a whole number from 0 to ${0xffff_ffff}`);
  });
}

function whole(option, text) {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`${option}: ${JSON.stringify(text)} is not a whole number`);
  return Number(text);
}

/** Decimal numbers as Rust reads them. */
function number(option, text) {
  if (text === undefined) return undefined;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^[+-]?(inf|infinity)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(text)) return NaN;
  throw new Error(`${option}: ${JSON.stringify(text)} is not a number`);
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
