/**
 * ACL: the users, and what they may do.
 *
 *     dispatch --> session.user.isRestricted? --yes--> refusal(...) --> permissions.ts --> ACL log, counters, error
 *     ACL SETUSER, user lines, ACL file --> user-rules.ts --> users   (sessions keep theirs: it takes over the changes)
 *
 * A user who may do everything costs its requests one test. Whoever is not told to be allowed something is not.
 *
 * Text has one character per byte. Source: https://valkey.io/topics/acl/ and observed behaviour of Valkey 9.1.
 */

import { fromLatin1, latin1 } from '../../structures/bytes.ts'
import { clientLine } from '../client-line.ts'
import { ACL_CATEGORIES, CHECK_AUTH, type Command } from '../command.ts'
import { type RequestPlaces, RequestWords } from '../command-keys.ts'
import type { Engine } from '../engine.ts'
import { CHANNELS, PATTERNS, SHARD_CHANNELS, type SubscriptionKind } from '../pubsub.ts'
import type { Session } from '../session.ts'
import type { StoredRequest } from '../stored-request.ts'
import { parseAclFile } from './acl-file.ts'
import { AclLog, type Refusal } from './acl-log.ts'
import { AclUser, DEFAULT_USER_NAME } from './acl-user.ts'
import { CommandCatalog } from './command-catalog.ts'
import {
  ALLOWED,
  checkRequest,
  DENIED_CHANNEL,
  DENIED_COMMAND,
  DENIED_DATABASE,
  DENIED_KEY,
  mayReadAllKeys,
  type RequestPlace,
  reasonOf,
  wordOf,
} from './permissions.ts'
import { UNKNOWN_COMMAND } from './selector-rules.ts'
import { isUserName } from './user-name.ts'
import { applyRule, applyRules, joinRules, type RuleContext } from './user-rules.ts'
import { userLine, userText } from './user-text.ts'

/** Where ACL files are. Both throw an Error whose message tells the reason. */
export interface AclStorage {
  /** @param path as `aclfile` has it. @returns the contents, one character per byte */
  read(path: string): string
  /** Replaces the file, all or nothing. */
  write(path: string, contents: string): void
}

const NO_FILE =
  'This instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and ' +
  'then issue a CONFIG REWRITE (assuming you have a configuration file set) in order to store users in the ' +
  'configuration.'

const NO_BYTES = new Uint8Array(0)
const NO_PLACES = new Int32Array(0)

const REASONS: Readonly<Record<number, Refusal['reason']>> = {
  [DENIED_DATABASE]: 'database',
  [DENIED_COMMAND]: 'command',
  [DENIED_KEY]: 'key',
  [DENIED_CHANNEL]: 'channel',
}

export class Acl implements RuleContext {
  readonly #engine: Engine
  readonly commands = new CommandCatalog()
  readonly log = new AclLog()
  readonly defaultUser: AclUser
  /** How often something was refused, for INFO; CONFIG RESETSTAT leaves it alone. */
  readonly denied: Record<Refusal['reason'], number> = {
    auth: 0,
    command: 0,
    key: 0,
    channel: 0,
    database: 0,
    'tls-cert': 0,
  }
  /** Set by the host, where there are files. */
  storage: AclStorage | undefined
  readonly #users = new Map<string, AclUser>()
  /** Of the request that is just looked at. */
  readonly #words = new RequestWords({ buf: NO_BYTES, starts: NO_PLACES, lengths: NO_PLACES, argc: 0 })

  constructor(engine: Engine) {
    this.#engine = engine
    this.defaultUser = this.#newDefaultUser()
    this.#users.set(DEFAULT_USER_NAME, this.defaultUser)
  }

  #newDefaultUser(): AclUser {
    const user = new AclUser(DEFAULT_USER_NAME, true)
    for (const rule of ['on', 'nopass', '+@all', '~*', '&*']) applyRule(user, rule, this)
    return user
  }

  get allChannels(): boolean {
    return this.#engine.config.parameter('acl-pubsub-default').value === 'allchannels'
  }

  isCategory(name: string): boolean {
    return this.categories().includes(name)
  }

  /** Redis's, and those of modules. */
  categories(): readonly string[] {
    const ofModules = [...this.#engine.modules.list()].flatMap(({ definition }) => definition.aclCategories ?? [])
    return [...ACL_CATEGORIES, ...ofModules]
  }

  // --- users --------------------------------------------------------------------------------------------------------

  user(name: string): AclUser | undefined {
    return this.#users.get(name)
  }

  /** In the order of their names. */
  users(): readonly AclUser[] {
    return [...this.#users.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The users as an ACL file has them, without the word `user`. */
  texts(): readonly string[] {
    return this.users().map(userText)
  }

  /** As lines of the configuration file; none where the users are in a file of their own. */
  lines(): readonly string[] {
    return this.#path === '' ? this.users().map(userLine) : []
  }

  /**
   * Makes or changes a user, whole or not at all.
   * @param current the session that asks: when it is to be closed, it gets its reply first
   * @returns the error reply
   */
  setUser(name: string, words: readonly string[], current: Session): string | undefined {
    if (!isUserName(name)) return "ERR Usernames can't contain spaces or null characters"
    const rules = joinRules(words)
    if ('unmatched' in rules) return `ERR Unmatched parenthesis in acl selector starting at '${rules.unmatched}'.`
    const changed = this.#users.get(name)?.clone() ?? new AclUser(name, this.allChannels)
    const failure = applyRules(changed, rules, this)
    if (failure !== undefined) return `ERR Error in ACL SETUSER modifier '${failure.rule}': ${failure.reason}`
    this.#put(changed)
    this.#closeListeners(current)
    return undefined
  }

  /** Takes users away and closes their clients. @returns how many there were */
  deleteUsers(names: readonly string[], current: Session): number {
    let count = 0
    for (const name of names) {
      const user = this.#users.get(name)
      if (user === undefined) continue
      this.#users.delete(name)
      this.#closeClients(user, current)
      count++
    }
    return count
  }

  /** `requirepass`: the one password of the default user. @param password empty for none */
  setDefaultPassword(password: string): void {
    const rules = password === '' ? ['nopass'] : ['resetpass', `>${password}`]
    const changed = this.defaultUser.clone()
    applyRules(changed, rules, this)
    this.#put(changed)
  }

  #put(user: AclUser): void {
    const existing = this.#users.get(user.name)
    if (existing === undefined) this.#users.set(user.name, user)
    else existing.become(user)
    const { isEnabled, needsNoPassword } = this.defaultUser
    this.#engine.authRequired = !isEnabled || !needsNoPassword
  }

  /** Whatever its sessions still have to run is refused. */
  #closeClients(user: AclUser, current: Session | undefined): void {
    user.become(new AclUser(user.name, false))
    for (const session of [...this.#engine.sessions.values()]) if (session.user === user) closeAfter(session, current)
  }

  /** Those who listen to what they may not any more. */
  #closeListeners(current: Session | undefined): void {
    for (const session of [...this.#engine.sessions.values()]) {
      if (session.user.isRestricted && !mayListenOn(session)) closeAfter(session, current)
    }
  }

  // --- configuration and files --------------------------------------------------------------------------------------

  /**
   * Looks at a `user` line when modules are not loaded yet, whose commands and categories it may name.
   * @returns why it cannot be
   */
  checkLine(name: string, words: readonly string[]): string | undefined {
    const rules = joinRules(words)
    if ('unmatched' in rules) return unmatchedSelector(rules.unmatched)
    const user = new AclUser(name, this.allChannels)
    for (const rule of rules) {
      const reason = applyRule(user, rule, this)
      if (reason !== undefined && reason !== UNKNOWN_COMMAND) return reason
    }
    return undefined
  }

  /** What start-up is configured with: users, or a file of them. @returns why it cannot be */
  configure(lines: readonly (readonly [name: string, ...words: readonly string[]])[]): string | undefined {
    if (this.#path !== '') {
      if (lines.length > 0) return BOTH_CONFIGURED
      const reason = this.load()
      return reason === undefined ? undefined : `Aborting startup because of ACL errors: ${reason}`
    }
    for (const [name, ...words] of lines) {
      const reason = this.#configureUser(name, words)
      if (reason !== undefined) return reason
    }
    return undefined
  }

  #configureUser(name: string, words: readonly string[]): string | undefined {
    if (!isUserName(name)) return 'Spaces not allowed in ACL usernames'
    const rules = joinRules(words)
    if ('unmatched' in rules) return unmatchedSelector(rules.unmatched)
    const user = new AclUser(name, this.allChannels)
    const failure = applyRules(user, rules, this)
    if (failure !== undefined) {
      return `Error loading ACL rule '${failure.rule}' for the user named '${name}': ${failure.reason}`
    }
    if (!user.isEnabled && !rules.some((rule) => rule.toLowerCase() === 'off')) {
      this.#engine.log(
        'notice',
        `The user '${name}' is disabled (there is no 'on' modifier in the user description). ` +
          'Make sure this is not a configuration error.',
      )
    }
    this.#put(user)
    return undefined
  }

  get #path(): string {
    return this.#engine.config.parameter('aclfile').value
  }

  /** Reads the users from the file, all or nothing. @returns why it cannot be */
  load(current?: Session): string | undefined {
    const path = this.#path
    if (path === '') return NO_FILE
    let text: string
    try {
      text = this.#openStorage().read(path)
    } catch (error) {
      return `Error loading ACLs, opening file '${path}': ${messageOf(error)}`
    }
    const users = parseAclFile(text, path, this)
    if ('reason' in users) return users.reason
    for (const [name, user] of this.#users) {
      if (user === this.defaultUser || users.has(name)) continue
      this.#users.delete(name)
      this.#closeClients(user, current)
    }
    for (const user of [this.#newDefaultUser(), ...users.values()]) this.#put(user)
    this.#closeListeners(current)
    return undefined
  }

  /** Writes the users into the file. @returns why it cannot be */
  save(): string | undefined {
    const path = this.#path
    if (path === '') return NO_FILE
    try {
      this.#openStorage().write(
        path,
        this.texts()
          .map((text) => `user ${text}\n`)
          .join(''),
      )
    } catch (error) {
      this.#engine.log('warning', `Writing the ACL file '${path}': ${messageOf(error)}`)
      return 'There was an error trying to save the ACLs. Please check the server logs for more information'
    }
    return undefined
  }

  #openStorage(): AclStorage {
    if (this.storage === undefined) throw new Error('there are no files here')
    return this.storage
  }

  // --- logging in ---------------------------------------------------------------------------------------------------

  /** @returns the user, when it is enabled and the password its own */
  authenticate(name: string, password: Uint8Array): AclUser | undefined {
    const user = this.#users.get(name)
    // Looked at in any case, so that the time does not tell whether there is such a user.
    const fits = (user ?? this.defaultUser).hasPassword(password)
    return user?.isEnabled === true && (user.needsNoPassword || fits) ? user : undefined
  }

  /** @param command as the client wrote it */
  loginFailed(session: Session, command: string, userName: string): void {
    this.#note(session, { reason: 'auth', context: 'toplevel', object: command, userName })
  }

  /**
   * Logs a session in as the first of the users that its client's certificate names; without one it stays who it was.
   * @param names one character per byte; empty when the certificate names nobody
   */
  loginByCertificate(session: Session, names: readonly string[]): void {
    for (const name of names) {
      const user = this.#users.get(name)
      if (user?.isEnabled !== true) continue
      session.user = user
      session.authenticated = true
      return
    }
    const userName = names.at(-1)
    if (userName !== undefined) this.#note(session, { reason: 'tls-cert', context: 'toplevel', object: '', userName })
  }

  // --- permissions --------------------------------------------------------------------------------------------------

  /**
   * What is against a request. Commands that are open before AUTH are open to every user.
   * @returns the error reply, or undefined for a request that is allowed
   */
  refusal(
    session: Session,
    command: Command,
    buf: Uint8Array,
    starts: Int32Array,
    lengths: Int32Array,
    argc: number,
  ): string | undefined {
    this.#words.set(buf, starts, lengths, argc)
    // Sessions without a number are those of commands that run within others.
    const context = session.transaction !== undefined ? 'multi' : session.id === 0 ? 'module' : 'toplevel'
    switch (this.#check(session, command, context)) {
      case DENIED_DATABASE:
        return 'NOPERM No permissions to access database'
      case DENIED_COMMAND:
        return `NOPERM User ${session.user.name} has no permissions to run the '${command.fullName}' command`
      case DENIED_KEY:
        return 'NOPERM No permissions to access a key'
      case DENIED_CHANNEL:
        return 'NOPERM No permissions to access a channel'
    }
    return undefined
  }

  /** As `refusal`, for what was queued: its permissions may have gone since. */
  refusalAtExec(session: Session, { command, buf, starts, lengths, argc }: StoredRequest): string | undefined {
    this.#words.set(buf, starts, lengths, argc)
    const reason = this.#check(session, command, 'multi')
    return reason === ALLOWED ? undefined : `${CHANGED_BEFORE_EXEC} ${REASONS_AT_EXEC[reason]}`
  }

  /** Of the request that `#words` stands at. @returns ALLOWED or a DENIED_*, which is counted and logged then */
  #check(session: Session, command: Command, context: Refusal['context']): number {
    const isOpen = !session.user.isRestricted || session.asEngine || (command.checks & CHECK_AUTH) === 0
    if (isOpen) return ALLOWED
    const words = this.#words
    const denial = checkRequest(session.user, command, words, this.#placeOf(session), this.commands)
    if (denial === ALLOWED) return ALLOWED
    const reason = reasonOf(denial)
    const object = wordOf(denial) === 0 ? command.fullName : deniedObject(denial, command, words)
    this.#note(session, { reason: REASONS[reason], context, object, userName: session.user.name })
    return reason
  }

  /** What ACL DRYRUN says of a request. @returns undefined when it is allowed */
  dryRun(user: AclUser, session: Session, command: Command, words: RequestWords): string | undefined {
    if ((command.checks & CHECK_AUTH) === 0) return undefined
    const denial = checkRequest(user, command, words, this.#placeOf(session), this.commands)
    const object = deniedObject(denial, command, words)
    switch (reasonOf(denial)) {
      case DENIED_DATABASE:
        return `User ${user.name} has no permissions to access database ${object}`
      case DENIED_COMMAND:
        return `User ${user.name} has no permissions to run the '${object}' command`
      case DENIED_KEY:
      case DENIED_CHANNEL:
        return `User ${user.name} has no permissions to access the '${object}' ${REASONS[reasonOf(denial)]}`
    }
    return undefined
  }

  /** Whether the session's user may read whatever keys the request leads to. */
  mayReadAllKeys(session: Session, command: Command, places: RequestPlaces): boolean {
    const { user } = session
    if (!user.isRestricted || session.asEngine) return true
    return mayReadAllKeys(user, command, new RequestWords(places), this.#placeOf(session), this.commands)
  }

  /** Where what the session sends now will run. */
  #placeOf({ dbIndex, transaction }: Session): RequestPlace {
    return { dbIndex: transaction?.dbIndex ?? dbIndex, databaseCount: this.#engine.databaseCount }
  }

  #note(session: Session, refusal: Omit<Refusal, 'clientLine'>): void {
    this.denied[refusal.reason]++
    const lengthMax = this.#engine.config.parameter('acllog-max-len').value
    if (lengthMax > 0) this.log.add({ ...refusal, clientLine: clientLine(session) }, this.#engine.nowMs, lengthMax)
  }
}

/**
 * Whether a session may use a channel, for what its commands do besides naming it in their words.
 * @param isPattern a pattern of channels, which must be allowed by its very letters
 */
export function mayUseChannel(session: Session, channel: Uint8Array, isPattern: boolean): boolean {
  const { user } = session
  return !user.isRestricted || session.asEngine || user.mayUseChannel(channel, isPattern)
}

/** Whether its user may still listen to all that the session does. */
function mayListenOn({ user, subscriptions }: Session): boolean {
  if (subscriptions === undefined) return true
  return [CHANNELS, PATTERNS, SHARD_CHANNELS].every((kind) =>
    [...subscriptions.names[kind as SubscriptionKind]].every((name) =>
      user.mayUseChannel(fromLatin1(name), kind === PATTERNS),
    ),
  )
}

/** What the reason is about: the command's name, or the word that names a key, a channel, a database. */
function deniedObject(denial: number, command: Command, words: RequestWords): string {
  const index = wordOf(denial)
  if (reasonOf(denial) === DENIED_COMMAND) return command.fullName
  return latin1(words.buf, words.start(index), words.length(index))
}

const unmatchedSelector = (word: string): string => `Unmatched parenthesis in selector starting at '${word}'`

/** The session that asks gets its reply first. */
function closeAfter(session: Session, current: Session | undefined): void {
  if (session === current) session.closing = true
  else session.close(true)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const BOTH_CONFIGURED =
  'Configuring users in the configuration file and an ACL file at the same time is invalid: the one would silently ' +
  'hide the other. Define either an ACL file or users directly in the configuration file, but not both.'

const CHANGED_BEFORE_EXEC =
  'NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. ' +
  'This command is no longer allowed for the following reason:'
const REASONS_AT_EXEC: Readonly<Record<number, string>> = {
  [DENIED_DATABASE]: 'no permission',
  [DENIED_COMMAND]: 'no permission to execute the command or subcommand',
  [DENIED_KEY]: 'no permission to touch the specified keys',
  [DENIED_CHANNEL]: 'no permission to access one of the channels used as arguments',
}
