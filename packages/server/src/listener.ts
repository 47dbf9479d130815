/**
 * Listeners: where clients come from. One small class for each way in (tcp-listener.ts, tls-listener.ts,
 * unix-listener.ts); each makes a transport of every new connection and hands it to `Clients`. A native transport is
 * one more class of this kind.
 */

export interface Listener {
  /** The word behind `Ready to accept connections`, and the name in INFO's listeners. */
  readonly kind: 'tcp' | 'tls' | 'unix'
  /** Starts to listen. Rejects with ListenError; nothing is left open then. */
  listen(): Promise<void>
  /** Takes no more connections; those that were made stay. */
  close(): Promise<void>
  /** For INFO: `name=tcp,bind=127.0.0.1,bind=-::1,port=6379`. */
  describe(): string
}

/** Listening failed; the message is the line for the log. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  /** `EADDRINUSE` and the like. */
  readonly code: string | undefined

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.code = codeOf(cause)
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** The system's words as the C library has them, where those of Node.js differ by more than a capital. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EACCES: 'Permission denied',
  ENOENT: 'No such file or directory',
  ENOTFOUND: 'Name or service not known',
}

export function systemWords(error: unknown): string {
  const code = codeOf(error)
  if (code !== undefined && REASONS[code] !== undefined) return REASONS[code]
  return error instanceof Error ? error.message : String(error)
}
