import { Connection, aborted, told } from './connection.js';
import type { Event } from './protocol.js';
import type { LoadProgress } from './types.js';

/** Asks a new worker, which ends where that fails. */
export async function start<T extends Event['type'], R>(
  request: Parameters<Connection['send']>[0],
  answer: T,
  { onProgress, signal }: { onProgress?: ((progress: LoadProgress) => void) | undefined; signal?: AbortSignal | undefined },
  finish: (connection: Connection, event: Extract<Event, { type: T }>) => R,
): Promise<R> {
  if (signal?.aborted) throw aborted(signal);
  const connection = new Connection();
  try {
    return finish(connection, await connection.ask(request, answer, { signal, onEvent: told(onProgress) }));
  } catch (error) {
    connection.close();
    throw error;
  }
}
