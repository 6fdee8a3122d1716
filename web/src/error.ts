import type { ErrorCode as EngineErrorCode } from '../pkg/kinglet_web.js';

/** What kind of thing went wrong. */
export type ErrorCode = EngineErrorCode | 'aborted' | 'closed' | 'download-failed' | 'unreadable-file';

/** Whatever goes wrong, with one line that says what and a code to act on. */
export class KingletError extends Error {
  override readonly name = 'KingletError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** An error of this kind, whatever was thrown. The engine's errors have a code. */
  static from(thrown: unknown, otherwise: ErrorCode = 'internal'): KingletError {
    if (thrown instanceof KingletError) return thrown;
    if (!(thrown instanceof Error)) return new KingletError(otherwise, reason(thrown));
    const code = 'code' in thrown && typeof thrown.code === 'string' ? (thrown.code as ErrorCode) : otherwise;
    return new KingletError(code, reason(thrown), { cause: thrown });
  }
}

/** What was thrown, on one line. */
export function reason(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replaceAll(/\s+/g, ' ').trim();
}
