// The arguments of what encoders are for: texts, and how they are read.

import { choice, given, whole } from './values.mjs';

const TEXT = { type: 'string' };
const FLAG = { type: 'boolean' };

/** What each takes beside the device and the model. */
export const EMBED = { pooling: TEXT, normalize: FLAG, prompt: TEXT, jsonl: FLAG };
export const RERANK = { query: TEXT, jsonl: FLAG };
export const CLASSIFY = { jsonl: FLAG };
export const TAG = { aggregation: TEXT };
/** Its context is the text that is read, not a length. */
export const ANSWER = { question: TEXT, context: TEXT, window: TEXT, overlap: TEXT, 'max-tokens': TEXT };
export const FILL = { top: TEXT };

/** Texts after MODEL, or a JSON string on each line of standard input. */
function several({ jsonl: jsonTexts = false }, texts) {
  if (jsonTexts && texts.length > 0) throw new Error('TEXT cannot be used with --jsonl');
  if (!jsonTexts && texts.length === 0) throw new Error('there is no text: give texts behind `--`, or --jsonl');
  return { texts, jsonTexts };
}

/** `embed MODEL TEXT...` */
export function embedRequest(values, texts) {
  const { pooling, normalize, prompt, json = false } = values;
  const options = given({ pooling: choice('--pooling', pooling, ['mean', 'cls', 'last', 'none']), normalize, prompt });
  return { ...several(values, texts), options, json };
}

/** `rerank MODEL --query Q TEXT...` */
export function rerankRequest(values, texts) {
  return { query: required('--query', values.query), ...several(values, texts) };
}

/** `classify MODEL TEXT...` */
export const classifyRequest = several;

/** `tag MODEL TEXT` */
export function tagRequest({ aggregation }, [text]) {
  return { text, options: given({ aggregation: choice('--aggregation', aggregation, ['first', 'simple']) }) };
}

/** `answer MODEL --question Q --context C` */
export function answerRequest({ question, context, window, overlap, 'max-tokens': maxTokens }) {
  const options = given({
    window: whole('--window', window, 1),
    overlap: whole('--overlap', overlap),
    maxTokens: whole('--max-tokens', maxTokens, 1),
  });
  return { question: required('--question', question), text: required('--context', context), options };
}

/** `fill MODEL TEXT` */
export function fillRequest({ top }, [text]) {
  return { text, options: given({ top: whole('--top', top, 1) }) };
}

function required(name, value) {
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}
