import { checked, jsonText, known, localText, refuse, text, wholeText } from './arguments.js';
import type { Connection } from './connection.js';
import { loading } from './model.js';
import type { Event } from './protocol.js';
import { start } from './start.js';
import type { DeviceFacts, ExpertOptions, LoadFacts, Redaction, RedactOptions, WhenAnswer, WhenOptions } from './types.js';

type Loaded = Extract<Event, { type: 'loaded' }>;

/** Loads what takes personal data out of texts, in a worker of its own. Its weights come with the package. */
export async function loadRedactor(options: ExpertOptions = {}): Promise<Redactor> {
  const { signal } = checked(options);
  // Bundlers find the weights by this very form.
  const weights = new URL('../pkg/experts/redact.gguf', import.meta.url);
  const redactor = await open(options, weights, false, (connection, event) => new Redactor(connection, event));
  return tried(redactor, redactor.redact('', { signal }));
}

/** Loads what reads phrases about time, in a worker of its own, with the engine that has grammars. Its weights come with the package. */
export async function loadWhen(options: ExpertOptions = {}): Promise<When> {
  const { signal } = checked(options);
  const weights = new URL('../pkg/experts/when.gguf', import.meta.url);
  const when = await open(options, weights, true, (connection, event) => new When(connection, event));
  return tried(when, when.read('', { signal }));
}

async function open<T>(
  options: ExpertOptions,
  weights: URL,
  grammars: boolean,
  finish: (connection: Connection, event: Loaded) => T,
): Promise<T> {
  known(options, ['source', 'tier', 'limits', 'onProgress', 'signal']);
  const { source = { url: weights }, onProgress, signal, ...device } = options;
  return start(loading(source, device), 'loaded', { onProgress, signal, grammars }, finish);
}

/** An expert whose model is one for it, which a first call without words finds out. */
async function tried<T extends Expert>(expert: T, call: Promise<unknown>): Promise<T> {
  try {
    await call;
    return expert;
  } catch (error) {
    expert.close();
    throw error;
  }
}

/** What all experts have. */
abstract class Expert implements AsyncDisposable {
  /** What it runs on. */
  readonly device: DeviceFacts;
  /** How long it took to fetch it and to bring it to the GPU. */
  readonly loading: LoadFacts;
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection, { device, loading }: Loaded) {
    this.#connection = connection;
    this.device = device;
    this.loading = loading;
  }

  /** @internal */
  protected get connection(): Connection {
    return this.#connection;
  }

  /** Gives back all that it holds. Calls that are under way fail. */
  close(): void {
    this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

/** Takes personal data out of texts, and puts it back. */
export class Redactor extends Expert {
  /**
   * Takes personal data out of a text: placeholders such as `[NAME_1]` stand for it. With the `map` of the texts before, what
   * is known keeps its placeholder.
   */
  async redact(given: string, options: RedactOptions = {}): Promise<Redaction> {
    const { map = {}, signal, ...engine } = checked(options);
    const request = { type: 'redact', text: wholeText('text', given), map: mapText(map), options: engine } as const;
    return (await this.connection.ask(request, 'redacted', { signal })).redaction;
  }

  /**
   * Puts the values of a map in the place of their placeholders, also in a text that somebody else made of it. Placeholders that
   * the map lacks stay. It takes no GPU, and does not wait for texts that are being redacted.
   */
  async restore(given: string, map: Record<string, string> | string): Promise<string> {
    const request = { type: 'restore', text: wholeText('text', given), map: mapText(map) } as const;
    return (await this.connection.ask(request, 'restored')).text;
  }
}

/** Reads English phrases about time. */
export class When extends Expert {
  /** What a phrase means where it is `now`. Where the model is not sure, the answer says so and is none. */
  async read(phrase: string, options: WhenOptions = {}): Promise<WhenAnswer> {
    const { now = thisMinute(), signal } = checked(options);
    known(options, ['now', 'signal']);
    const request = { type: 'read', phrase: text('phrase', phrase), now: localText(now) } as const;
    return (await this.connection.ask(request, 'understood', { signal })).answer;
  }
}

/** People who say `in an hour` count no seconds. */
function thisMinute(): Date {
  const now = new Date();
  now.setSeconds(0);
  return now;
}

/** A map as JSON text, in which its entries keep their order. */
function mapText(map: Record<string, string> | string): string {
  // As JSON it would be empty.
  if (map instanceof Map) refuse('map must be an object, or its JSON text; a Map is made one by Object.fromEntries');
  return jsonText('map', map);
}
