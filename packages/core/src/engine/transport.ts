/** Transport: what carries a session's bytes. */
export interface Transport {
  readonly kind: 'tcp' | 'tls' | 'unix' | 'memory'
  /** `127.0.0.1:50312`, `/run/kvasir.sock:0`; empty when there is none. */
  readonly address: string
  readonly localAddress: string
  /** File descriptor, or -1. */
  readonly descriptor: number
  /** Bytes accepted by `send` that the peer has not taken yet. */
  readonly queuedBytes: number
  /**
   * Sends bytes. @returns true when the transport still needs the buffer, so that the caller may not write to it again;
   * once it does not, it calls the session's `bufferDone`
   */
  send(buf: Uint8Array, start: number, length: number): boolean
  /** Closes once everything sent has left; `force` closes at once. */
  close(force: boolean): void
}
