/** What the engine takes from outside, so that it runs in any JavaScript environment and a test can turn its clock. */

export interface Clock {
  /** Milliseconds since 1970, whole. */
  nowMs(): number
  /** Microseconds from any fixed point; never goes back. */
  monotonicUs(): number
  /**
   * Calls `task` every `intervalMs` until the function that it returns is called. Any interval above 0 works, years of
   * CLIENT PAUSE, say, whatever timers the host has. Must not keep the process alive.
   */
  every(intervalMs: number, task: () => void): () => void
  /** Calls `task` once the present turn of the host's event loop is over. */
  soon(task: () => void): void
}

export interface Random {
  /** 32 random bits as an unsigned number; from a cryptographic source unless a seed was asked for. */
  next(): number
}

export type LogLevel = 'debug' | 'verbose' | 'notice' | 'warning'

export type LogSink = (level: LogLevel, message: string) => void

/** Process figures for INFO and MEMORY; every field may be missing where the host cannot tell. */
export interface HostInfo {
  readonly processId?: number
  readonly os?: string
  readonly multiplexingApi?: string
  /** Path of the program, and of the configuration file that it was started with. */
  readonly executable?: string
  readonly configFile?: string
  readonly systemMemoryBytes?: number
  /** Where it listens, each as `name=tcp,bind=127.0.0.1,port=6379`. */
  listeners?(): readonly string[]
  /** The fields of INFO's section TLS. */
  tls?(): Readonly<Record<string, string | number>>
  residentBytes?(): number
  heapBytes?(): number
  cpuUs?(): { readonly user: number; readonly system: number }
  /** Of the thread that the engine runs on. */
  threadCpuUs?(): { readonly user: number; readonly system: number }
}
