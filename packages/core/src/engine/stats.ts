import { ExceededTime } from './exceeded-time.ts'
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
  /** Times that transports brought and took bytes. */
  reads = 0
  writes = 0
  /** Turns of requests, timers and upkeep; what their commands took, and upkeep. */
  turns = 0
  commandUs = 0
  upkeepUs = 0
  /** The longest turn, and the most commands of one. */
  turnUsMax = 0
  turnCommandsMax = 0
  expireUs = 0
  defragUs = 0
  /** Error replies by their code. */
  readonly errors = new Map<string, number>()
  /** Memory beyond `maxmemory`. */
  readonly evictionExceeded = new ExceededTime()
  readonly commandRate = new Rate()
  readonly inputRate = new Rate()
  readonly outputRate = new Rate()
  readonly turnRate = new Rate()
  /** Microseconds of work per second. */
  readonly workRate = new Rate()

  /** Ten times a second: for the figures per second. */
  sample(nowMs: number): void {
    this.commandRate.sample(this.commandsProcessed, nowMs)
    this.inputRate.sample(this.netInputBytes, nowMs)
    this.outputRate.sample(this.netOutputBytes, nowMs)
    this.turnRate.sample(this.turns, nowMs)
    this.workRate.sample(this.commandUs + this.upkeepUs, nowMs)
  }

  reset(): void {
    const fresh = new Stats()
    for (const [name, value] of Object.entries(fresh))
      if (typeof value === 'number') Object.assign(this, { [name]: value })
    this.errors.clear()
    this.evictionExceeded.reset()
  }
}
