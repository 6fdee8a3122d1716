// The chat interface that other engines' users know: `model.chat.completions.create(...)`.

import { checked, generation, jsonText, known, refuse } from './arguments.js';
import { aborted, type Connection } from './connection.js';
import { ONE, TokenStream } from './stream.js';
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionRequest,
  ChatOptions,
  CompletionUsage,
  GenerateOptions,
  Generation,
} from './types.js';

const NAMES = [
  'messages', 'model', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'n', 'stop', 'seed',
  'presence_penalty', 'frequency_penalty', 'logit_bias', 'response_format', 'tools', 'chat_template_kwargs',
];

/** Begins a chat of this worker and returns its id. */
type Begin = (options: ChatOptions) => Promise<number>;

/** Replies to conversations that are handed over as a whole. What one has in common with the last is not read again. */
export class ChatCompletions {
  readonly #connection: Connection;
  readonly #model: string;
  readonly #begin: Begin;
  /** The chat that goes on, and what it was begun with. */
  #chat: { key: string; id: Promise<number> } | undefined;

  /** @internal */
  constructor(connection: Connection, model: string, begin: Begin) {
    this.#connection = connection;
    this.#model = model;
    this.#begin = begin;
  }

  /** Replies to a conversation: at once when all is there, or piece by piece. */
  create(request: ChatCompletionRequest & { stream: true }, options?: { signal?: AbortSignal }): Promise<AsyncIterable<ChatCompletionChunk>>;
  create(request: ChatCompletionRequest & { stream?: false }, options?: { signal?: AbortSignal }): Promise<ChatCompletion>;
  async create(
    request: ChatCompletionRequest,
    options: { signal?: AbortSignal } = {},
  ): Promise<ChatCompletion | AsyncIterable<ChatCompletionChunk>> {
    if (typeof request !== 'object' || request === null) refuse('a request is an object with messages');
    known(request, NAMES);
    const { signal } = checked(options);
    known(options, ['signal']);
    if (signal?.aborted) throw aborted(signal);
    const { messages, n = 1, stream = false, stream_options: also } = request;
    if (!Array.isArray(messages) || messages.length === 0) refuse('messages must be an array, and not empty');
    if (!Number.isInteger(n) || n < 1) refuse(`n is ${String(n)}; it must be a whole number above 0`);
    const texts = messages.map((message) => jsonText('a message', message));
    const generating = generation(translated(request));
    const chat = await this.#id(request);
    const replies = Array.from({ length: n }, (_, sequence) => {
      const say = { type: 'say', chat, messages: texts, text: undefined, options: { ...generating, sequence } } as const;
      return new TokenStream(this.#connection, say, signal, ONE);
    });
    const id = `chatcmpl-${crypto.randomUUID()}`;
    const head = { id, created: Math.trunc(Date.now() / 1000), model: request.model ?? this.#model };
    return stream ? chunks(replies, head, also?.include_usage === true) : whole(replies, head);
  }

  /** The chat for these tools; what a template may write of the day changes with it. */
  #id({ tools, chat_template_kwargs: extra }: ChatCompletionRequest): Promise<number> {
    const options = { ...(tools != null && { tools }), ...(extra != null && { extra }) };
    const key = jsonText('tools', { ...options, day: new Date().toDateString() });
    if (this.#chat?.key !== key) {
      this.#chat?.id.then((chat) => this.#connection.send({ type: 'hangUp', chat }, () => {}), () => {});
      const id = this.#begin(options);
      this.#chat = { key, id };
      id.catch(() => {
        if (this.#chat?.id === id) this.#chat = undefined;
      });
    }
    return this.#chat.id;
  }
}

/** The same options by the names of this package. */
function translated(request: ChatCompletionRequest): GenerateOptions {
  const { stop, logit_bias: bias, max_completion_tokens, max_tokens, response_format: format } = request;
  const options = {
    maxTokens: max_completion_tokens ?? max_tokens,
    temperature: request.temperature ?? 1,
    topP: request.top_p,
    seed: request.seed ?? Math.trunc(Math.random() * 2 ** 32),
    stop: typeof stop === 'string' ? [stop] : stop,
    presencePenalty: request.presence_penalty,
    frequencyPenalty: request.frequency_penalty,
    // The window of penalties there is all of the text.
    ...((request.presence_penalty || request.frequency_penalty) && { repeatLastN: 0xffff_ffff }),
    logitBias: bias && Object.entries(bias).map(([id, value]): [number, number] => [Number(id), value]),
    jsonSchema: schema(format),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value != null));
}

function schema(format: ChatCompletionRequest['response_format']): object | undefined {
  switch (format?.type) {
    case undefined:
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'object' };
    case 'json_schema':
      return format.json_schema?.schema ?? refuse('response_format has no json_schema.schema');
    default:
      return refuse('the type of response_format must be "text", "json_object" or "json_schema"');
  }
}

type Head = Pick<ChatCompletion, 'id' | 'created' | 'model'>;

async function whole(replies: TokenStream[], head: Head): Promise<ChatCompletion> {
  const found = await Promise.all(replies.map((reply) => reply.result()));
  const choices = found.map(({ text, finishReason }, index) => {
    return { index, message: { role: 'assistant' as const, content: text ?? '' }, finish_reason: finishReason };
  });
  return { ...head, object: 'chat.completion', choices, usage: usage(found) };
}

async function* chunks(replies: TokenStream[], head: Head, withUsage: boolean): AsyncGenerator<ChatCompletionChunk, void, undefined> {
  const object = 'chat.completion.chunk' as const;
  const found: Generation[] = [];
  try {
    for (const [index, reply] of replies.entries()) {
      yield { ...head, object, choices: [{ index, delta: { role: 'assistant', content: '' }, finish_reason: null }] };
      for await (const { text } of reply) {
        if (text !== '') yield { ...head, object, choices: [{ index, delta: { content: text }, finish_reason: null }] };
      }
      const result = await reply.result();
      found.push(result);
      yield { ...head, object, choices: [{ index, delta: {}, finish_reason: result.finishReason }] };
    }
    if (withUsage) yield { ...head, object, choices: [], usage: usage(found) };
  } finally {
    for (const reply of replies) reply.stop();
  }
}

/** The prompt counts once, as it is read once. */
function usage(found: Generation[]): CompletionUsage {
  const prompt = found[0]?.promptTokens ?? 0;
  const completion = found.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: found[0]?.reusedTokens ?? 0 },
  };
}
