// The experts at work as one types: a text without its personal data, and what a phrase about time means.

import { type ExpertOptions, type Redaction, type WhenAnswer, loadRedactor, loadWhen } from '../dist/index.js';

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const day = new Intl.DateTimeFormat('en', { dateStyle: 'full' });
const moment = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short' });

/** Begins at once, or when somebody turns to one of the two. */
export function showExperts(options: ExpertOptions, atOnce: boolean): void {
  follow(element<HTMLTextAreaElement>('letter'), element('redacted'), atOnce, (progress) => loadRedactor({ ...options, ...progress }), {
    async answer(redactor, text, signal) {
      return redacted(text, await redactor.redact(text, { signal }));
    },
  });
  follow(element<HTMLInputElement>('phrase'), element('time'), atOnce, (progress) => loadWhen({ ...options, ...progress }), {
    async answer(when, phrase, signal) {
      return [meaning(await when.read(phrase, { signal }))];
    },
  });
}

/** Shows what an expert makes of what stands in a field. Of what was typed over meanwhile, the answer is no longer wanted. */
function follow<E>(
  field: HTMLInputElement | HTMLTextAreaElement,
  output: HTMLElement,
  atOnce: boolean,
  load: (progress: Pick<ExpertOptions, 'onProgress'>) => Promise<E>,
  { answer }: { answer(expert: E, text: string, signal: AbortSignal): Promise<(string | Node)[]> },
): void {
  let expert: Promise<E> | undefined;
  let asked = new AbortController();
  const onProgress: ExpertOptions['onProgress'] = ({ done, total }) => {
    output.textContent = `loading: ${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`;
  };
  const update = async (): Promise<void> => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    try {
      expert ??= load({ onProgress });
      const shown = await answer(await expert, field.value, signal);
      if (!signal.aborted) output.replaceChildren(...shown);
    } catch (error) {
      if (!signal.aborted) output.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  field.addEventListener('input', () => void update());
  if (atOnce) void update();
  else field.addEventListener('focus', () => void update(), { once: true });
}

/** The text with its placeholders marked, each with what it stands for. */
function redacted(text: string, { spans }: Redaction): (string | Node)[] {
  // Places are counted in code points.
  const characters = [...text];
  let at = 0;
  const shown = spans.flatMap(({ start, end, kind, text, placeholder }) => {
    const mark = Object.assign(document.createElement('mark'), { textContent: placeholder, title: `${kind}: ${text}` });
    const before = characters.slice(at, start).join('');
    at = end;
    return [before, mark];
  });
  return [...shown, characters.slice(at).join('')];
}

function meaning(answer: WhenAnswer): string {
  switch (answer.kind) {
    case 'instant':
      return written(answer.start);
    case 'range':
      return `from ${written(answer.start)} until ${written(answer.end)}`;
    case 'duration':
      return `as long as ${answer.duration}`;
    case 'recurring':
      return `${answer.rule}, first ${written(answer.start)}${answer.end === undefined ? '' : ` until ${written(answer.end)}`}`;
    case 'none':
      return 'not about time';
    case 'unsure':
      return 'not sure what is meant';
  }
}

/** A day, or a time on it, for people. */
function written(time: string): string {
  return time.includes('T') ? moment.format(new Date(time)) : day.format(new Date(`${time}T00:00`));
}
