import type { LocalTime } from '../pkg/kinglet_web.js';
import { checked, portable, refuse } from './arguments.js';
import { reason } from './error.js';
import { start } from './start.js';
import type { Conversation, ModelSource, RenderOptions } from './types.js';

/**
 * Writes a conversation as text, by the model's own chat template: as `transformers` does. Nothing else of the model is
 * read; it takes no GPU. A conversation that is given as JSON text keeps the form of its numbers, 1.0 beside 1.
 */
export async function renderChat(
  source: ModelSource,
  chat: Conversation | string,
  options: RenderOptions = {},
): Promise<string> {
  const { signal, now = new Date(), ...engine } = checked(options);
  const request = { type: 'render', source: portable(source), chat: json(chat), options: { ...engine, now: local(now) } } as const;
  return start(request, 'rendered', { signal }, (connection, { text }) => {
    connection.close();
    return text;
  });
}

function json(chat: Conversation | string): string {
  if (typeof chat === 'string') return chat;
  if (typeof chat !== 'object' || chat === null) return refuse('a chat is an object with messages, or its JSON text');
  try {
    return JSON.stringify(chat);
  } catch (error) {
    return refuse(`the chat cannot be written as JSON: ${reason(error)}`, error);
  }
}

/** What the clock on the wall says. */
function local(now: Date): LocalTime {
  if (!(now instanceof Date) || Number.isNaN(now.getTime())) refuse('now must be a Date, and a valid one');
  return {
    year: now.getFullYear(),
    month: now.getMonth() + 1,
    day: now.getDate(),
    hour: now.getHours(),
    minute: now.getMinutes(),
    second: now.getSeconds(),
    microsecond: now.getMilliseconds() * 1000,
  };
}
