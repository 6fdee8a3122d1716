// The arguments of `generate` and `chat`: what to continue, where that ends, how tokens are picked, what the text must be.

import { given, ids, number, whole } from './values.mjs';

/** What says how tokens are picked, by its name here; in JavaScript the same words begin with capitals. */
const NUMBERS = [
  'temperature', 'top-p', 'min-p', 'typical', 'repeat-penalty', 'presence-penalty', 'frequency-penalty', 'dry-multiplier',
  'dry-base',
];
const WHOLES = [
  'top-k', 'seed', 'sequence', 'repeat-last-n', 'dry-allowed-length', 'dry-penalty-last-n', 'logprobs',
];

const TEXT = { type: 'string' };
const TEXTS = { type: 'string', multiple: true };
const FLAG = { type: 'boolean' };

/** What `chat` takes beside the device and the model. */
export const CHAT = {
  system: TEXT,
  'max-tokens': { type: 'string', short: 'n' },
  stop: TEXTS,
  'stop-token': TEXT,
  'json-schema': TEXT,
  grammar: TEXT,
  regex: TEXT,
  'logit-bias': TEXTS,
  'dry-sequence-breakers': TEXT,
  ...Object.fromEntries([...NUMBERS, ...WHOLES].map((name) => [name, TEXT])),
  seed: { type: 'string', short: 's' },
};

/** What `generate` takes. */
export const GENERATE = {
  ...CHAT,
  prompt: { type: 'string', short: 'p' },
  tokens: TEXT,
  chat: FLAG,
  choices: TEXT,
  'ignore-eos': FLAG,
  logits: FLAG,
};

/** Continuations that can be asked for. */
const MOST_CHOICES = 256;

/** Other names of options. */
export const ALIASES = {
  temp: 'temperature',
  n: 'choices',
  'ctx-size': 'context',
  'num-ctx': 'context',
  'n-predict': 'max-tokens',
  'num-predict': 'max-tokens',
  'typical-p': 'typical',
  'dry-sequence-breaker': 'dry-sequence-breakers',
  'reverse-prompt': 'stop',
  'system-prompt': 'system',
  'json-schema-file': 'json-schema',
  'grammar-file': 'grammar',
  'top-k': 'top',
};

/** `generate MODEL [PROMPT]`. Without a prompt, and without tokens, standard input is to be read. */
export function generateRequest(values, [positional]) {
  const { prompt, tokens, chat, system, choices: count, 'ignore-eos': ignoreEnd, logits, json } = values;
  if (prompt !== undefined && positional !== undefined) throw new Error('PROMPT cannot be used with --prompt');
  const text = positional ?? prompt;
  const choices = whole('--choices', count, 1) ?? 1;
  if (choices > MOST_CHOICES) throw new Error(`--choices: "${count}" is not a whole number from 1 to ${MOST_CHOICES}`);
  for (const [name, other] of Object.entries({ PROMPT: text, '--chat': chat, '--system': system })) {
    if (tokens !== undefined && other !== undefined) throw new Error(`${name} cannot be used with --tokens`);
  }
  const request = {
    tokens: ids('--tokens', tokens),
    choices,
    fills: values['max-tokens'] === '-1',
    replies: chat === true || system !== undefined,
    ...common(values, text),
  };
  if (request.replies && request.choices > 1) throw new Error('a chat has one reply: --choices goes with a text to continue');
  // Only JSON shows them.
  Object.assign(request.generation, given({ ignoreEnd, logits: json && logits }));
  return request;
}

/** `chat MODEL [MESSAGE]`. Without a message, each line of standard input is one. */
export function chatRequest(values, [text]) {
  return { ...common(values, text), lines: text === undefined };
}

function common(values, text) {
  const { system, 'max-tokens': maxTokens, stop, 'stop-token': stopTokens, json = false } = values;
  const grammar = grammarOf(values);
  const generation = given({
    // -1 is for all that there is room for, which a chat takes anyway.
    maxTokens: maxTokens === '-1' ? undefined : whole('--max-tokens', maxTokens),
    stop,
    stopTokens: ids('--stop-token', stopTokens),
    ...sampling(values),
    regex: values.regex,
  });
  return { text, system, generation, json, ...(grammar && { grammar, grammars: true }) };
}

/** What the text must be, and the file that says so. */
function grammarOf(values) {
  const [first, second] = ['json-schema', 'grammar', 'regex'].filter((name) => values[name] !== undefined);
  if (second !== undefined) throw new Error(`--${first} cannot be used with --${second}`);
  if (first === undefined) return undefined;
  return { option: { 'json-schema': 'jsonSchema', grammar: 'grammar', regex: 'regex' }[first], file: first === 'regex' ? undefined : values[first] };
}

/** The options that say how tokens are picked. */
function sampling(values) {
  const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  const { 'logit-bias': bias, 'dry-sequence-breakers': breakers } = values;
  return {
    ...Object.fromEntries(NUMBERS.map((name) => [camel(name), number(`--${name}`, values[name])])),
    ...Object.fromEntries(WHOLES.map((name) => [camel(name), last(name, values[name])])),
    logitBias: bias?.flatMap((list) => list.split(',')).map(pair),
    drySequenceBreakers: ids('--dry-sequence-breakers', breakers),
  };
}

/** A whole number; -1, for all tokens there are, where an option counts the last of them, and for another seed each time. */
function last(name, text) {
  if (text === '-1' && name === 'seed') return Math.floor(Math.random() * 2 ** 32);
  return text === '-1' && name.endsWith('last-n') ? 0xffff_ffff : whole(`--${name}`, text);
}

function pair(text) {
  const [id, value, ...more] = text.split('=').map((word) => word.trim());
  if (value === undefined || more.length > 0) throw new Error(`--logit-bias: ${JSON.stringify(text)} is not ID=VALUE`);
  return [ids('--logit-bias', id)[0], number('--logit-bias', value)];
}
