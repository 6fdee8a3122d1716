import { checked, jsonText, local, portable } from './arguments.js';
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
  const request = { type: 'render', source: portable(source), chat: jsonText('the chat', chat), options: { ...engine, now: local(now) } } as const;
  return start(request, 'rendered', { signal }, (connection, { text }) => {
    connection.close();
    return text;
  });
}
