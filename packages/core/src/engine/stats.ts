import { Rate } from './rate.ts'

/** Counters for INFO; CONFIG RESETSTAT sets them to zero. */
export class Stats {
  connectionsReceived = 0
  commandsProcessed = 0
  netInputBytes = 0
  netOutputBytes = 0
  keyspaceHits = 0
  keyspaceMisses = 0
  expiredKeys = 0
  expiredFields = 0
  expiredTimeCapReached = 0
  evictedKeys = 0
  evictedClients = 0
  rejectedConnections = 0
  protocolErrors = 0
  errorReplies = 0
  queryBufferLimitDisconnections = 0
  outputBufferLimitDisconnections = 0
  unexpectedErrors = 0
  peakMemoryBytes = 0
  /** Error replies by their code. */
  readonly errors = new Map<string, number>()
  readonly commandRate = new Rate()
  readonly inputRate = new Rate()
  readonly outputRate = new Rate()

  /** Ten times a second: for the figures per second. */
  sample(nowMs: number): void {
    this.commandRate.sample(this.commandsProcessed, nowMs)
    this.inputRate.sample(this.netInputBytes, nowMs)
    this.outputRate.sample(this.netOutputBytes, nowMs)
  }

  reset(): void {
    const fresh = new Stats()
    for (const [name, value] of Object.entries(fresh))
      if (typeof value === 'number') Object.assign(this, { [name]: value })
    this.errors.clear()
  }
}
