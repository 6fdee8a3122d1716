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
  'logit-bias': TEXT,
  'dry-sequence-breakers': TEXT,
  ...Object.fromEntries([...NUMBERS, ...WHOLES].map((name) => [name, TEXT])),
};

/** What `generate` takes. */
export const GENERATE = { ...CHAT, tokens: TEXT, chat: FLAG, choices: TEXT, 'ignore-eos': FLAG, logits: FLAG };

/** Other names of options. */
export const ALIASES = {
  temp: 'temperature',
  n: 'choices',
  'n-predict': 'max-tokens',
  'reverse-prompt': 'stop',
  'system-prompt': 'system',
  'json-schema-file': 'json-schema',
  'grammar-file': 'grammar',
};

/** `generate MODEL [PROMPT]`. Without a prompt, and without tokens, standard input is to be read. */
export function generateRequest(values, text) {
  const { tokens, chat, system, choices, 'ignore-eos': ignoreEnd, logits, json } = values;
  for (const [name, other] of Object.entries({ PROMPT: text, '--chat': chat, '--system': system })) {
    if (tokens !== undefined && other !== undefined) throw new Error(`${name} cannot be used with --tokens`);
  }
  const request = {
    tokens: ids('--tokens', tokens),
    choices: whole('--choices', choices, 1) ?? 1,
    replies: chat === true || system !== undefined,
    ...common(values, text),
  };
  if (request.replies && request.choices > 1) throw new Error('a chat has one reply: --choices goes with a text to continue');
  // Only JSON shows them.
  Object.assign(request.generation, given({ ignoreEnd, logits: json && logits }));
  return request;
}

/** `chat MODEL [MESSAGE]`. Without a message, each line of standard input is one. */
export function chatRequest(values, text) {
  return { ...common(values, text), lines: text === undefined };
}

function common(values, text) {
  const { system, 'max-tokens': maxTokens, stop, 'stop-token': stopTokens, json = false } = values;
  const grammar = grammarOf(values);
  const generation = given({
    maxTokens: whole('--max-tokens', maxTokens),
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
    logitBias: bias?.split(',').map(pair),
    drySequenceBreakers: ids('--dry-sequence-breakers', breakers),
  };
}

/** A whole number; -1, for all tokens there are, where an option counts the last of them. */
function last(name, text) {
  return text === '-1' && name.endsWith('last-n') ? 0xffff_ffff : whole(`--${name}`, text);
}

function pair(text) {
  const [id, value, ...more] = text.split('=').map((word) => word.trim());
  if (value === undefined || more.length > 0) throw new Error(`--logit-bias: ${JSON.stringify(text)} is not ID=VALUE`);
  return [ids('--logit-bias', id)[0], number('--logit-bias', value)];
}
