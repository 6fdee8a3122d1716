import { checked, generation, known, portable, prompt, refuse, text, texts, tokenIds } from './arguments.js';
import { asked, beginChat, type BeginChat } from './chat.js';
import { ChatCompletions } from './completions.js';
import { type Asked, type Connection, told } from './connection.js';
import type { Event } from './protocol.js';
import { start } from './start.js';
import { ONE, TokenStream } from './stream.js';
import type {
  Answer,
  AnswerOptions,
  ChatOptions,
  Classifications,
  CompareOptions,
  ComparisonFacts,
  DeviceFacts,
  EmbedOptions,
  Embeddings,
  Entity,
  Fill,
  FillOptions,
  ForwardOptions,
  GenerateOptions,
  Generations,
  Head,
  IndexedToken,
  InspectOptions,
  InspectionFacts,
  LoadFacts,
  LoadOptions,
  ModelFacts,
  ModelSource,
  Outputs,
  Pooling,
  Prompt,
  QuantizeOptions,
  QuantizedModel,
  Ranking,
  TagOptions,
  TextsOptions,
  TokenEmbeddings,
} from './types.js';

/** Loads a model, in a worker of its own. */
export async function load(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  const { onProgress, signal, grammars } = checked(options);
  if (grammars != null && typeof grammars !== 'boolean') refuse(`grammars is ${String(grammars)}; it must be true or false`);
  const request = loading(source, options);
  return start(request, 'loaded', { onProgress, signal, grammars: grammars === true }, (connection, event) => new Model(connection, event));
}

/** Reads what a model is and what it takes: its description and the tables of its files, none of the weights. */
export async function inspect(source: ModelSource, options: InspectOptions = {}): Promise<InspectionFacts> {
  const { signal, tier, limits, ...engine } = checked(options);
  const request = { type: 'inspect', source: portable(source), device: device(tier, limits), options: engine } as const;
  return start(request, 'inspected', { signal }, (connection, { inspection }) => {
    connection.close();
    return inspection;
  });
}

/** Makes a model's files into one quantized GGUF file. It takes no GPU. */
export async function quantize(source: ModelSource, options: QuantizeOptions): Promise<QuantizedModel> {
  const { onProgress, signal, ...engine } = checked(options);
  const request = { type: 'quantize', source: portable(source), options: engine } as const;
  return start(request, 'quantized', { onProgress, signal }, (connection, { model }) => {
    connection.close();
    return model;
  });
}

/** The request that loads a model. @internal */
export function loading(source: ModelSource, options: LoadOptions) {
  const { onProgress: _, signal: __, tier, limits, grammars: ___, ...engine } = options;
  return { type: 'load', source: portable(source), device: device(tier, limits), options: engine } as const;
}

function device(tier: LoadOptions['tier'], limits: LoadOptions['limits']): Pick<LoadOptions, 'tier' | 'limits'> {
  return { ...(tier !== undefined && { tier }), ...(limits !== undefined && { limits }) };
}

/** A model on the GPU. */
export class Model implements AsyncDisposable {
  /** What the model is. */
  readonly info: ModelFacts;
  /** What it runs on. */
  readonly device: DeviceFacts;
  /** How long it took to fetch it and to bring it to the GPU. */
  readonly loading: LoadFacts;
  /** Begins a conversation with the model. Any number of them can go on at a time. */
  readonly chat: BeginChat;
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection, { info, device, loading }: Extract<Event, { type: 'loaded' }>) {
    this.#connection = connection;
    this.info = info;
    this.device = device;
    this.loading = loading;
    const begin = async (options: ChatOptions): Promise<number> => (await asked(connection, options)).id;
    this.chat = Object.assign((options: ChatOptions = {}) => beginChat(connection, options), {
      completions: new ChatCompletions(connection, info.architecture, begin),
    });
  }

  /** What the model is for, and with that which of the methods below it takes. */
  get head(): Head {
    return this.info.head;
  }

  /** Runs a sequence once and returns the rows of every output: the logits, and the taps that `load` asked for. */
  async forward(tokens: Iterable<number>, options: ForwardOptions = {}): Promise<Outputs> {
    const { rows = 'all', segments = [], signal } = checked(options);
    if (rows !== 'all' && rows !== 'last') refuse(`rows is ${JSON.stringify(rows)}; it must be "all" or "last"`);
    known(options, ['rows', 'segments', 'signal']);
    const request = { type: 'forward', tokens: tokenIds(tokens), segments: tokenIds(segments), last: rows === 'last' } as const;
    const { length } = request.segments;
    if (length > 0 && this.head === 'generate') refuse(`${this.info.architecture} knows no segments`);
    if (length > 0 && length !== request.tokens.length) refuse(`there are ${length} segments for ${request.tokens.length} tokens`);
    return (await this.#connection.ask(request, 'outputs', { signal })).outputs;
  }

  /**
   * Turns texts into vectors that are near each other where the texts mean alike. Texts of different length go through the
   * model together; what a page embeds in one call is done sooner than text by text.
   */
  async embed(given: readonly string[], options?: EmbedOptions & { pooling?: Exclude<Pooling, 'none'> }): Promise<Embeddings>;
  async embed(given: readonly string[], options: EmbedOptions & { pooling: 'none' }): Promise<TokenEmbeddings>;
  async embed(given: readonly string[], options?: EmbedOptions): Promise<Embeddings | TokenEmbeddings>;
  async embed(given: readonly string[], options: EmbedOptions = {}): Promise<Embeddings | TokenEmbeddings> {
    const { onProgress, signal, ...engine } = checked(options);
    const request = { type: 'embed', texts: texts('texts', given), options: engine } as const;
    const { rows, tokens, truncated } = await this.#connection.ask(request, 'embedded', { signal, onEvent: told(onProgress) });
    if (options.pooling === 'none') return { embeddings: rows, tokens, truncated };
    // Pooled, each text has one.
    return { embeddings: rows.flat(), tokens, truncated };
  }

  /** Sorts documents by how well they answer a query, which the model reads together with each. */
  async rerank(query: string, documents: readonly string[], options: TextsOptions = {}): Promise<Ranking> {
    const { onProgress, signal } = checked(options);
    known(options, ['onProgress', 'signal']);
    const request = { type: 'rerank', query: text('query', query), documents: texts('documents', documents) } as const;
    return (await this.#connection.ask(request, 'ranked', { signal, onEvent: told(onProgress) })).ranking;
  }

  /** Gives texts labels. */
  async classify(given: readonly string[], options: TextsOptions = {}): Promise<Classifications> {
    const { onProgress, signal } = checked(options);
    known(options, ['onProgress', 'signal']);
    const request = { type: 'classify', texts: texts('texts', given) } as const;
    return (await this.#connection.ask(request, 'classified', { signal, onEvent: told(onProgress) })).classifications;
  }

  /** Finds names and other parts of a text, in their order. A text longer than the model takes is read in windows. */
  async tag(given: string, options: TagOptions = {}): Promise<Entity[]> {
    const { signal, ...engine } = checked(options);
    const request = { type: 'tag', text: text('text', given), options: engine } as const;
    return (await this.#connection.ask(request, 'tagged', { signal })).entities;
  }

  /** Finds the answer to a question in a text. A long one is read in windows that overlap. */
  async answer(question: string, context: string, options: AnswerOptions = {}): Promise<Answer> {
    const { signal, ...engine } = checked(options);
    const given = { question: text('question', question), context: text('context', context) };
    return (await this.#connection.ask({ type: 'answer', ...given, options: engine }, 'answered', { signal })).answer;
  }

  /**
   * Fills in what is missing in a text: for each gap the tokens that are likeliest there. The model's own mark, often
   * `[MASK]` or `<mask>`, stands for a gap of one token; each gap is filled by itself.
   */
  async fill(given: string, options: FillOptions = {}): Promise<Fill[][]> {
    const { signal, ...engine } = checked(options);
    const request = { type: 'fill', text: text('text', given), options: engine } as const;
    return (await this.#connection.ask(request, 'filled', { signal })).fills;
  }

  /** Continues a prompt. */
  generate(given: Prompt, options: GenerateOptions = {}): TokenStream {
    const { signal, ...rest } = checked(options);
    const request: Asked = { type: 'generate', prompts: [prompt(given)], options: generation(rest) };
    return new TokenStream(this.#connection, request, signal, ONE);
  }

  /**
   * Continues several prompts together: each step of the model computes a token of each. For several continuations of
   * one prompt give it as often; they differ in what is drawn, as if each had the `sequence` of the options plus its
   * index.
   */
  generateAll(prompts: Prompt[], options: GenerateOptions = {}): TokenStream<IndexedToken, Generations> {
    if (!Array.isArray(prompts)) refuse('prompts must be an array');
    const { signal, ...rest } = checked(options);
    const request: Asked = { type: 'generate', prompts: prompts.map(prompt), options: generation(rest) };
    return new TokenStream(this.#connection, request, signal, {
      token: (token) => token,
      result: (tokens, { ends, timings }) => {
        const of = (wanted: number): IndexedToken[] => tokens.filter(({ index }) => index === wanted);
        return { continuations: ends.map((end, index) => ({ tokens: of(index), ...end })), timings };
      },
    });
  }

  /**
   * Compares the model's predictions with those of a reference, token by token of a text. The reference is loaded beside
   * the model with the same options but `quant`, and is gone afterwards.
   */
  async compare(reference: ModelSource, tokens: Iterable<number>, options: CompareOptions = {}): Promise<ComparisonFacts> {
    const { window = 512, onProgress, signal } = checked(options);
    known(options, ['window', 'onProgress', 'signal']);
    if (!Number.isInteger(window) || window < 2) refuse(`window is ${String(window)}; it must be a whole number above 1`);
    const request = { type: 'compare', source: portable(reference), tokens: tokenIds(tokens), window } as const;
    return (await this.#connection.ask(request, 'compared', { signal, onEvent: told(onProgress) })).comparison;
  }

  /**
   * Loads another model in the place of this one, which is no more. On the same device what was compiled stays so. Tests
   * of many models are quicker by it. @internal
   */
  async replace(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
    return new Model(this.#connection, await this.#connection.ask(loading(source, options), 'loaded'));
  }

  /** Gives back all that the model holds. Calls that are under way fail. */
  close(): void {
    this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
