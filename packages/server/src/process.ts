/**
 * The server as a process: command line, log, signals, pid file and exit codes, as redis-server has them.
 *
 *     exit code 0   SHUTDOWN, SIGTERM, SIGINT
 *               1   wrong configuration, a module that cannot be loaded, an address in use, a second SIGINT, a crash
 *
 * Source: `valkey-server --help`, its output and its exit codes as observed on Valkey 9.1.
 */

import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { KVASIR_VERSION, ModuleLoadError, type ShutdownRequest } from '@kvasir/core'
import { HELP_TEXT, parseCommandLine, versionText } from './command-line.ts'
import { failureText, pathOf, systemReason } from './config-file.ts'
import { type Configuration, readConfiguration } from './configuration.ts'
import { ConfigError } from './embedded-engine.ts'
import { ListenError } from './listener.ts'
import { LogFile, writeAll } from './log.ts'
import { prepareServer, type Server } from './server.ts'
import { followWorkingDirectory } from './working-directory.ts'

/** Descriptors that the server needs beside one for each client. */
const DESCRIPTORS_RESERVED = 32

export async function runCommandLine(args: readonly string[]): Promise<void> {
  const line = parseCommandLine(args)
  switch (line.action) {
    case 'version':
      return writeAll(1, `${versionText(KVASIR_VERSION)}\n`)
    case 'help':
      return writeAll(1, HELP_TEXT)
    case 'refuse':
      return exitWith(line.reason)
  }
  const log = new LogFile()
  let configuration: Configuration
  try {
    configuration = await readConfiguration(line)
  } catch (error) {
    return exitWith(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  await new ServerProcess(log, configuration).start(args.length === 0)
}

/** For what happens before there is a log. */
function exitWith(text: string): never {
  writeAll(2, `${text}\n`)
  process.exit(1)
}

class ServerProcess {
  readonly #log: LogFile
  readonly #configuration: Configuration
  #server!: Server
  #pidFile = ''
  #stopping = false

  constructor(log: LogFile, configuration: Configuration) {
    this.#log = log
    this.#configuration = configuration
  }

  async start(isUnconfigured: boolean): Promise<void> {
    process.on('uncaughtException', (error) => this.#crash(error))
    this.#prepare()
    const { engine } = this.#server
    const { config, log } = engine
    log('notice', 'Kvasir is starting')
    log('notice', `Kvasir version=${KVASIR_VERSION}, bits=64, pid=${process.pid}, just started`)
    if (isUnconfigured) {
      log(
        'warning',
        'Warning: no config file specified, using the default config. To name one: kvasir /path/to/kvasir.conf',
      )
    } else log('notice', 'Configuration loaded')
    this.#fitDescriptors()
    this.#writePidFile()
    this.#followSignals()
    engine.onShutdownRequest = (request) => this.#shutdown(request)
    const port = config.parameter('port').value
    log('notice', `Running mode=standalone, port=${port}.`)
    // The peers' test-suites look for the process id in this form.
    log('notice', `Node.js ${process.version}, PID: ${process.pid}`)
    try {
      this.#server.loadModules()
      await this.#server.listen(false)
    } catch (error) {
      return this.#failedToStart(error)
    }
    if (this.#server.listenerKinds.length === 0) {
      log('warning', 'Configured to not listen anywhere, exiting.')
      return this.#exit(1)
    }
    log('notice', 'Server initialized')
    for (const kind of this.#server.listenerKinds) log('notice', `Ready to accept connections ${kind}`)
  }

  #prepare(): void {
    // Until the log file is known, lines wait: warnings about the configuration belong into it too.
    const early: Parameters<LogFile['sink']>[] = []
    let isReady = false
    const surroundings = {
      log: (...line: Parameters<LogFile['sink']>): void => void (isReady ? this.#log.sink(...line) : early.push(line)),
    }
    try {
      this.#server = prepareServer(this.#configuration, surroundings, followWorkingDirectory)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      const text = failureText(error.failure, KVASIR_VERSION)
      if (error.failure.kind !== 'open') exitWith(text)
      this.#log.sink('warning', text)
      process.exit(1)
    }
    const path = pathOf(this.#server.engine.config.parameter('logfile').value)
    try {
      if (path !== '') appendFileSync(path, '')
    } catch (error) {
      const reason = `Can't open the log file: ${systemReason(error)}`
      exitWith(failureText({ kind: 'whole', reason }, KVASIR_VERSION))
    }
    this.#log.path = path === '' ? '' : resolve(path)
    isReady = true
    for (const line of early) this.#log.sink(...line)
  }

  /** Node.js has raised the limit of open files as far as it may already. */
  #fitDescriptors(): void {
    const limit = descriptorLimit()
    const { config, log } = this.#server.engine
    const maxclients = config.parameter('maxclients').value
    const fitting = Math.max(1, limit - DESCRIPTORS_RESERVED)
    const tooMany = `The operating system is not able to handle the specified number of clients, try with ${fitting}`
    config.onChange('maxclients', (count) => (count > fitting ? tooMany : undefined))
    if (fitting >= maxclients) return
    const needed = maxclients + DESCRIPTORS_RESERVED
    config.assign('maxclients', fitting)
    log('warning', `You requested maxclients of ${maxclients} requiring at least ${needed} max file descriptors.`)
    const reduced = `maxclients has been reduced to ${fitting} to compensate for low ulimit`
    const advice = "If you need higher maxclients increase 'ulimit -n'."
    log('warning', `Current maximum open files is ${limit}. ${reduced}. ${advice}`)
  }

  #writePidFile(): void {
    const { config, log } = this.#server.engine
    const path = pathOf(config.parameter('pidfile').value)
    if (path === '') return
    this.#pidFile = resolve(path)
    try {
      writeFileSync(this.#pidFile, `${process.pid}\n`)
    } catch (error) {
      log('warning', `Failed to write PID file: ${systemReason(error)}`)
    }
  }

  #removePidFile(): void {
    if (this.#pidFile === '') return
    this.#server.engine.log('notice', 'Removing the pid file.')
    rmSync(this.#pidFile, { force: true })
  }

  #followSignals(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        const isSecond = this.#stopping && signal === 'SIGINT'
        const text = isSecond ? 'You insist... exiting now.' : `Received ${signal} scheduling shutdown...`
        this.#log.writeLine(`${process.pid}:signal-handler (${Math.floor(Date.now() / 1000)}) ${text}\n`)
        if (isSecond) {
          rmSync(this.#pidFile, { force: true })
          process.exit(1)
        }
        this.#shutdown({})
      })
    }
    // The terminal is gone, but a server goes on.
    if (process.platform !== 'win32') process.on('SIGHUP', () => {})
  }

  #shutdown(request: ShutdownRequest): string | undefined {
    if (this.#stopping) return undefined
    this.#stopping = true
    const by = request.client === undefined ? '' : ` (user request from '${request.client}')`
    this.#server.engine.log('notice', `User requested shutdown...${by}`)
    setImmediate(() => void this.#stop())
    return undefined
  }

  async #stop(): Promise<void> {
    this.#removePidFile()
    await this.#server.close()
    this.#server.engine.log('warning', 'Kvasir is now ready to exit, bye bye...')
    process.exit(0)
  }

  #failedToStart(error: unknown): void {
    const { log } = this.#server.engine
    if (error instanceof ConfigError) {
      writeAll(2, failureText(error.failure, KVASIR_VERSION))
    } else if (error instanceof ListenError) log('warning', error.message)
    else if (!(error instanceof ModuleLoadError)) {
      log('warning', error instanceof Error ? (error.stack ?? error.message) : String(error))
    }
    this.#exit(1)
  }

  /** Something went wrong that nobody expected; what the memory holds cannot be trusted any more. */
  #crash(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.#log.sink('warning', `Kvasir ${KVASIR_VERSION} crashed: ${text}`)
    process.exit(1)
  }

  #exit(code: number): never {
    if (this.#pidFile !== '') rmSync(this.#pidFile, { force: true })
    process.exit(code)
  }
}

/** How many files the process may open; unlimited where that cannot be told. */
function descriptorLimit(): number {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))
    return line === null ? Number.POSITIVE_INFINITY : Number(line[1])
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
