/**
 * What the `tls-*` parameters ask for, as Node.js wants it.
 *
 *     tls-cert-file, tls-key-file      cert, key: PEM, the certificate's chain behind it
 *     tls-ca-cert-file, -dir           ca: these alone, never those of the system or of Node.js
 *     tls-protocols                    the first and the last version; secureOptions take out what lies between
 *     tls-ciphersuites, tls-ciphers    ciphers: those of TLS 1.3 and those of the versions before
 *
 * Sessions are kept in tickets, encrypted with a key that this process alone has: the client brings its session along,
 * and the server holds nothing that `tls-session-cache-size` could limit.
 *
 * Source: the comments of valkey.conf; texts as observed on Valkey 9.1.
 */

import { constants } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { SecureVersion, TlsOptions } from 'node:tls'
import type { ConfigRegistry, ParameterName } from '@kvasir/core'
import { pathOf, systemReason } from './config-file.ts'
import { systemWords } from './listener.ts'
import { pathFrom } from './working-directory.ts'

/** Parameters that new connections are made with. */
export const TLS_PARAMETERS = [
  'tls-auth-clients',
  'tls-ca-cert-dir',
  'tls-ca-cert-file',
  'tls-cert-file',
  'tls-ciphers',
  'tls-ciphersuites',
  'tls-dh-params-file',
  'tls-key-file',
  'tls-key-file-pass',
  'tls-prefer-server-ciphers',
  'tls-protocols',
  'tls-session-cache-timeout',
  'tls-session-caching',
] as const satisfies readonly ParameterName[]

/** The oldest first, each with the option that takes it out. */
const VERSIONS = [
  ['TLSv1', constants.SSL_OP_NO_TLSv1],
  ['TLSv1.1', constants.SSL_OP_NO_TLSv1_1],
  ['TLSv1.2', constants.SSL_OP_NO_TLSv1_2],
  ['TLSv1.3', constants.SSL_OP_NO_TLSv1_3],
] as const
const VERSIONS_BY_DEFAULT = 'TLSv1.2 TLSv1.3'
const CIPHERSUITES_BY_DEFAULT = 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256'
const CIPHERS_BY_DEFAULT = 'DEFAULT'
const CERTIFICATE_HEAD = /^-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/m
/** A file of `tls-ca-cert-dir` that is larger is no certificate. */
const CERTIFICATE_BYTES_MAX = 1024 * 1024

/** TLS cannot be configured so; the message is for the log. */
export class TlsError extends Error {
  override readonly name = 'TlsError'
}

/** `error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:...`, with lines behind it. */
const OPENSSL_ERROR = /error:([0-9A-F]+):([^:]*):[^:]*:([^:\n]*)/

/** What is wrong with TLS, in one line and as OpenSSL's other users write it. */
export function tlsWords(error: unknown): string {
  if (error instanceof TlsError) return error.message
  const text = systemWords(error)
  const [, code, library, reason] = OPENSSL_ERROR.exec(text) ?? []
  return code === undefined ? (text.split('\n', 1)[0] as string) : `error:${code}:${library}::${reason}`
}

export interface TlsFileOptions extends TlsOptions {
  readonly cert: Buffer
  readonly ca: Buffer[]
  /** Whether a client without a certificate is refused. One whose certificate is wrong always is. */
  readonly needsCertificate: boolean
}

/** Reads all files. Throws TlsError. */
export function tlsOptions(config: ConfigRegistry): TlsFileOptions {
  const certificate = config.parameter('tls-cert-file').value
  const key = config.parameter('tls-key-file').value
  const clients = config.parameter('tls-auth-clients').value
  if (certificate === '') throw new TlsError('No tls-cert-file configured!')
  if (key === '') throw new TlsError('No tls-key-file configured!')
  const ca = authorities(config)
  if (ca.length === 0 && clients !== 'no') {
    throw new TlsError(
      'Either tls-ca-cert-file or tls-ca-cert-dir must be specified when ' +
        'tls-cluster, tls-replication or tls-auth-clients are enabled!',
    )
  }
  const passphrase = pathOf(config.parameter('tls-key-file-pass').value)
  const dhParams = config.parameter('tls-dh-params-file').value
  const isCaching = config.parameter('tls-session-caching').value
  const versions = protocolVersions(config.parameter('tls-protocols').value)
  const noTickets = isCaching ? 0 : constants.SSL_OP_NO_TICKET
  return {
    cert: contentsOf(config, 'tls-cert-file'),
    key: contentsOf(config, 'tls-key-file'),
    ...(passphrase === '' ? {} : { passphrase }),
    ca,
    ...versions,
    secureOptions: versions.secureOptions | noTickets | constants.SSL_OP_NO_RENEGOTIATION,
    ciphers: [
      config.parameter('tls-ciphersuites').value || CIPHERSUITES_BY_DEFAULT,
      config.parameter('tls-ciphers').value || CIPHERS_BY_DEFAULT,
    ].join(':'),
    dhparam: dhParams === '' ? 'auto' : contentsOf(config, 'tls-dh-params-file'),
    honorCipherOrder: config.parameter('tls-prefer-server-ciphers').value,
    sessionTimeout: config.parameter('tls-session-cache-timeout').value,
    requestCert: clients !== 'no',
    // Looked at when the handshake is done: Node.js would end the connection without a word for the log.
    rejectUnauthorized: false,
    needsCertificate: clients === 'yes',
  }
}

/** When the files were written that the configuration was made of. */
export class TlsFiles {
  readonly #config: ConfigRegistry
  #stamp = ''
  #lookedMs = 0

  constructor(config: ConfigRegistry) {
    this.#config = config
  }

  remember(nowMs: number): void {
    this.#stamp = this.#stampNow()
    this.#lookedMs = nowMs
  }

  /** @returns false also when it is less than `intervalMs` since somebody looked */
  areChanged(nowMs: number, intervalMs: number): boolean {
    if (nowMs - this.#lookedMs < intervalMs) return false
    this.#lookedMs = nowMs
    return this.#stampNow() !== this.#stamp
  }

  #stampNow(): string {
    const paths = FILES.map((name) => this.#config.parameter(name).value).filter((path) => path !== '')
    return paths.map((path) => statSync(pathFrom(this.#config, path), { throwIfNoEntry: false })?.mtimeMs).join()
  }
}

const FILES = ['tls-ca-cert-dir', 'tls-ca-cert-file', 'tls-cert-file', 'tls-dh-params-file', 'tls-key-file'] as const
type FileParameter = Exclude<(typeof FILES)[number], 'tls-ca-cert-dir'>

function contentsOf(config: ConfigRegistry, name: FileParameter): Buffer {
  const path = config.parameter(name).value
  try {
    return readFileSync(pathFrom(config, path))
  } catch (error) {
    throw new TlsError(`Failed to load ${name}: ${pathOf(path)}: ${systemReason(error)}`)
  }
}

/** Certificates that sign those of clients. */
function authorities(config: ConfigRegistry): Buffer[] {
  const found: Buffer[] = []
  if (config.parameter('tls-ca-cert-file').value !== '') found.push(contentsOf(config, 'tls-ca-cert-file'))
  const directory = config.parameter('tls-ca-cert-dir').value
  if (directory === '') return found
  try {
    const path = pathFrom(config, directory)
    for (const name of readdirSync(path)) found.push(...certificateIn(join(path, name)))
  } catch (error) {
    throw new TlsError(`Failed to load tls-ca-cert-dir: ${pathOf(directory)}: ${systemReason(error)}`)
  }
  return found
}

/** A file of the directory, which may hold other things too. */
function certificateIn(path: string): Buffer[] {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status?.isFile() !== true || status.size > CERTIFICATE_BYTES_MAX) return []
  const contents = readFileSync(path)
  return CERTIFICATE_HEAD.test(contents.toString('latin1')) ? [contents] : []
}

interface ProtocolVersions {
  readonly minVersion: SecureVersion
  readonly maxVersion: SecureVersion
  readonly secureOptions: number
}

function protocolVersions(text: string): ProtocolVersions {
  const wanted = new Set((text === '' ? VERSIONS_BY_DEFAULT : text).toLowerCase().split(' ').filter(Boolean))
  const chosen = VERSIONS.filter(([name]) => wanted.delete(name.toLowerCase()))
  const [first, last] = [chosen[0], chosen.at(-1)]
  if (wanted.size > 0 || first === undefined || last === undefined) {
    throw new TlsError(
      "Invalid tls-protocols specified. Use a combination of 'TLSv1', 'TLSv1.1', 'TLSv1.2' and 'TLSv1.3'.",
    )
  }
  const left = VERSIONS.filter((version) => !chosen.includes(version))
  return {
    minVersion: first[0],
    maxVersion: last[0],
    secureOptions: left.reduce((options, [, option]) => options | option, 0),
  }
}
