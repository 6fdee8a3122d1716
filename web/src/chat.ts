import { checked, generation, jsonText, local, refuse } from './arguments.js';
import type { ChatCompletions } from './completions.js';
import { aborted, type Connection } from './connection.js';
import { KingletError } from './error.js';
import type { ChatChange, Event } from './protocol.js';
import { ONE, TokenStream } from './stream.js';
import type { ChatOptions, GenerateOptions, Message } from './types.js';

/** Begins a conversation with a model. */
export interface BeginChat {
  (options?: ChatOptions): Promise<Chat>;
  /** The interface that other engines' users know. */
  readonly completions: ChatCompletions;
}

/** Begins a chat. @internal */
export async function beginChat(connection: Connection, options: ChatOptions): Promise<Chat> {
  const { signal } = checked(options);
  if (signal?.aborted) throw aborted(signal);
  const begun = asked(connection, options);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(aborted(signal));
    signal?.addEventListener('abort', abort, { once: true });
    const answered = begun.then(({ id, messages }) => {
      const chat = new Chat(connection, id, messages);
      // Nobody waits for it any more, and it has a cache.
      if (signal?.aborted) chat.close();
      else resolve(chat);
    }, reject);
    void answered.finally(() => signal?.removeEventListener('abort', abort));
  });
}

/** Asks the worker for a chat. @internal */
export async function asked(connection: Connection, options: ChatOptions): Promise<Extract<Event, { type: 'conversation' }>> {
  const { signal: _, now = new Date(), tools, extra, ...rest } = options;
  const engine = {
    ...rest,
    ...(tools != null && { tools: jsonText('tools', tools) }),
    ...(extra != null && { extra: jsonText('extra', extra) }),
    now: local(now),
  };
  return connection.ask({ type: 'chat', options: engine }, 'conversation');
}

/**
 * A conversation with a model. What the model has read and written stays in its cache, so that a turn computes no more
 * than what is new in it. Calls are answered one after another, those of other chats on the model included.
 */
export class Chat implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #id: number;
  readonly #replies = new Set<TokenStream>();
  #messages: readonly Message[];
  #closed = false;

  /** @internal */
  constructor(connection: Connection, id: number, messages: Message[]) {
    this.#connection = connection;
    this.#id = id;
    this.#messages = messages;
  }

  /** The messages, as they were after the last call that has ended. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /**
   * Says something, and has the model reply. The reply becomes part of the conversation as far as it came; one that is
   * ended before its first token leaves nothing of the turn.
   */
  say(text: string, options: GenerateOptions = {}): TokenStream {
    if (typeof text !== 'string') refuse('text must be a string');
    return this.#reply(text, options);
  }

  /** Has the model reply to the conversation as it is. */
  reply(options: GenerateOptions = {}): TokenStream {
    return this.#reply(undefined, options);
  }

  /** Adds a message: with its `role`, mostly with `content`, and whatever else the template knows. */
  async push(message: Message): Promise<void> {
    await this.#change({ push: jsonText('the message', message) });
  }

  /** Forgets all but the system message. */
  async clear(): Promise<void> {
    await this.#change({ clear: true });
  }

  /** Says something else to the model before all else, or nothing, and forgets the rest. */
  async setSystem(text: string | null): Promise<void> {
    if (text !== null && typeof text !== 'string') refuse('text must be a string, or null');
    await this.#change({ system: text });
  }

  /** Ends the conversation, and a reply that is under way, and gives back the cache. The model stays. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const reply of this.#replies) reply.stop();
    this.#connection.send({ type: 'hangUp', chat: this.#id }, () => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #reply(text: string | undefined, options: GenerateOptions): TokenStream {
    this.#open();
    const { signal, ...rest } = checked(options);
    const request = { type: 'say', chat: this.#id, text, options: generation(rest) } as const;
    const reply: TokenStream = new TokenStream(this.#connection, request, signal, ONE, (event) => {
      this.#replies.delete(reply);
      if (!(event instanceof KingletError)) this.#messages = event.messages ?? this.#messages;
      // What was read of a reply that failed is part of the conversation, too.
      else if (!this.#closed) this.#change({ look: true }).catch(() => {});
    });
    this.#replies.add(reply);
    return reply;
  }

  async #change(change: ChatChange): Promise<void> {
    this.#open();
    const { messages } = await this.#connection.ask({ type: 'change', chat: this.#id, change }, 'conversation');
    this.#messages = messages;
  }

  #open(): void {
    if (this.#closed) throw new KingletError('closed', 'the chat was closed');
  }
}
