// The engine's side of what encoders are for, and the experts.

import type {
  Answerer,
  Classifier,
  Embedder,
  Encoder,
  Filler,
  LoadProgress,
  Model,
  Redactor,
  Reranker,
  Tagger,
  When,
  WhenAnswer,
} from '../pkg/kinglet_web.js';
import type { Done, Task } from './protocol.js';
import type { Outputs } from './types.js';

/** How many objects of the engine are kept: each has plans and buffers of its own. */
const MOST_KEPT = 8;

type Kept = Answerer | Classifier | Embedder | Encoder | Filler | Redactor | Reranker | Tagger | When;
type Tell = (progress: LoadProgress) => void;

/** What computes a model's tasks: an object of the engine for each task and its options, so that a second call makes no plans. */
export class Encoders {
  readonly #model: Model;
  /** Those that were used last come last. */
  readonly #kept = new Map<string, Kept>();

  constructor(model: Model) {
    this.#model = model;
  }

  /** Nothing comes of a task where `stopped` settles first. */
  async run(task: Task, tell: Tell, stopped: Promise<void>): Promise<Done | undefined> {
    switch (task.type) {
      case 'embed': {
        const embedder = await this.#open('embed', task.options, () => this.#model.embedder(task.options));
        const embedded = await embedder.embed(task.texts, tell, stopped);
        return embedded && { type: 'embedded', ...embedded };
      }
      case 'rerank': {
        const reranker = await this.#open('rerank', {}, () => this.#model.reranker());
        const ranking = await reranker.rerank(task.query, task.documents, tell, stopped);
        return ranking && { type: 'ranked', ranking };
      }
      case 'classify': {
        const classifier = await this.#open('classify', {}, () => this.#model.classifier());
        const classifications = await classifier.classify(task.texts, tell, stopped);
        return classifications && { type: 'classified', classifications };
      }
      case 'tag': {
        const tagger = await this.#open('tag', task.options, () => this.#model.tagger(task.options));
        const entities = await tagger.tag(task.text, stopped);
        return entities && { type: 'tagged', entities };
      }
      case 'answer': {
        const answerer = await this.#open('answer', task.options, () => this.#model.answerer(task.options));
        const answer = await answerer.answer(task.question, task.context, stopped);
        return answer && { type: 'answered', answer };
      }
      case 'fill': {
        const filler = await this.#open('fill', task.options, () => this.#model.filler(task.options));
        const fills = await filler.fill(task.text, stopped);
        return fills && { type: 'filled', fills };
      }
      case 'redact': {
        // One for all kinds: what is left out of them is nothing to the model.
        const redactor = await this.#open('redact', {}, () => this.#model.redactor());
        const redaction = await redactor.redact(task.text, task.options, task.map, stopped);
        return redaction && { type: 'redacted', redaction };
      }
      case 'read': {
        const when = await this.#open('read', {}, () => this.#model.when());
        const answer = await when.read(task.phrase, task.now, stopped);
        return answer === undefined ? undefined : { type: 'understood', answer: JSON.parse(answer) as WhenAnswer };
      }
    }
  }

  async forward(tokens: Uint32Array, segments: Uint32Array, last: boolean): Promise<Outputs> {
    const encoder = await this.#open('forward', {}, () => this.#model.encoder());
    return encoder.forward(tokens, segments, last);
  }

  /** Gives back what they hold. */
  free(): void {
    for (const kept of this.#kept.values()) kept.free();
    this.#kept.clear();
  }

  async #open<T extends Kept>(name: string, options: object, open: () => Promise<T>): Promise<T> {
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const key = JSON.stringify([name, given.sort(([a], [b]) => (a < b ? -1 : 1))]);
    // Of one name and options there is one kind of object.
    const kept = (this.#kept.get(key) as T | undefined) ?? (await open());
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const [oldest, unused] of [...this.#kept].slice(0, -MOST_KEPT)) {
      this.#kept.delete(oldest);
      unused.free();
    }
    return kept;
  }
}
