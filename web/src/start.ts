import { type Asked, Connection, aborted, told } from './connection.js';
import type { Event } from './protocol.js';
import type { LoadProgress } from './types.js';

interface Starting {
  onProgress?: ((progress: LoadProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
  grammars?: boolean;
}

/** Asks a new worker, which ends where that fails. */
export async function start<T extends Event['type'], R>(
  request: Asked,
  answer: T,
  { onProgress, signal, grammars = false }: Starting,
  finish: (connection: Connection, event: Extract<Event, { type: T }>) => R,
): Promise<R> {
  if (signal?.aborted) throw aborted(signal);
  const connection = new Connection(grammars);
  try {
    return finish(connection, await connection.ask(request, answer, { signal, onEvent: told(onProgress) }));
  } catch (error) {
    connection.close();
    throw error;
  }
}
