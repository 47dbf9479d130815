/**
 * The packages as users get them: packs each into a tarball, looks at what is in it, imports it in an empty project,
 * starts a server with modules there, and runs the `npm test` of every folder under examples/ against the tarballs. No
 * registry is asked, so an example may depend on nothing but our packages.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serverWithModules } from './packed-server.ts'
import { type Manifest, type Package, readJson, root, Workspace } from './workspace.ts'

const work = mkdtempSync(join(tmpdir(), 'kvasir-packed-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

let passed = 0
let failed = 0

function check(title: string, complaints: string[]): void {
  console.log(`${complaints.length === 0 ? 'ok    ' : 'FAILED'} ${title}`)
  for (const complaint of complaints) console.log(`       ${complaint}`)
  if (complaints.length === 0) passed++
  else failed++
}

/** Runs a command and returns what it printed, as complaints, if it failed. */
function complaintsOf(folder: string, command: string, ...args: string[]): string[] {
  const result = spawnSync(command, args, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' })
  if (result.status === 0) return []
  return [`${command} ${args.join(' ')} failed in ${folder}`, ...`${result.stdout}${result.stderr}`.trim().split('\n')]
}

/** A project in `folder` that has every package installed from its tarball, and nothing else. */
function install(folder: string, tarballs: Map<string, string>, manifest: Partial<Manifest>): string[] {
  mkdirSync(folder, { recursive: true })
  const fromTarballs = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]))
  const own = {
    private: true,
    type: 'module',
    ...manifest,
    dependencies: fromTarballs,
    devDependencies: {},
    peerDependencies: {},
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(own, null, 2))
  return complaintsOf(
    folder,
    'npm',
    'install',
    '--offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  )
}

function pack(owner: Package): { tarball: string; complaints: string[] } {
  const tarball = join(work, `${owner.name}.tgz`)
  return { tarball, complaints: complaintsOf(owner.folder, 'pnpm', 'pack', '--out', tarball) }
}

/** What is wrong with the installed package's files. */
function contents(owner: Package, folder: string): string[] {
  const complaints: string[] = []
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  for (const file of files) {
    if (/\.(test|bench)\.|tsbuildinfo|api-report|tsconfig/.test(file))
      complaints.push(`${file} should not be published`)
  }
  for (const file of ['LICENSE', 'README.md', 'package.json']) {
    if (!files.includes(file)) complaints.push(`${file} is missing`)
  }
  const manifest = readJson<Manifest>(join(folder, 'package.json'))
  for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (range.startsWith('workspace:')) complaints.push(`${name} is still at ${range}`)
  }
  const targets = Object.values(manifest.exports as Record<string, Record<string, string> | string | null>)
  for (const target of targets.flatMap((value) => Object.values(value ?? {}))) {
    if (target.length > 1 && !existsSync(join(folder, target)))
      complaints.push(`exports names ${target}, which is missing`)
  }
  for (const file of Object.values((owner.manifest.bin ?? {}) as Record<string, string>)) {
    if (!existsSync(join(folder, file))) complaints.push(`bin names ${file}, which is missing`)
  }
  return complaints
}

const packages = new Workspace().packages.filter(({ manifest }) => !manifest.private)
const tarballs = new Map<string, string>()
for (const owner of packages) {
  const { tarball, complaints } = pack(owner)
  if (complaints.length > 0) check(`packs ${owner.manifest.name}`, complaints)
  else tarballs.set(owner.manifest.name, tarball)
}

const empty = join(work, 'empty')
check('the packed packages install together, without a registry', install(empty, tarballs, { name: 'empty' }))
for (const owner of packages) {
  const { name } = owner.manifest
  const folder = join(empty, 'node_modules', name)
  check(
    `${name} is packed with what it needs and no more`,
    existsSync(folder) ? contents(owner, folder) : ['not installed'],
  )
  const load = `await import('${name}')`
  check(`${name} can be imported`, complaintsOf(empty, 'node', '--input-type=module', '--eval', load))
  const require = `require('${name}')`
  check(`${name} can be required`, complaintsOf(empty, 'node', '--input-type=commonjs', '--eval', require))
}

const complaints = await serverWithModules(join(work, 'modules'), tarballs)
check('a server in an empty folder loads @kvasir/json and @kvasir/bloom by its configuration file', complaints)

const examples = join(root, 'examples')
for (const name of existsSync(examples) ? readdirSync(examples).sort() : []) {
  const manifestFile = join(examples, name, 'package.json')
  if (!existsSync(manifestFile)) continue
  const folder = join(work, name)
  const skipped = /(^|[\\/])(node_modules|dist)$/
  cpSync(join(examples, name), folder, { recursive: true, filter: (path) => !skipped.test(path) })
  const complaints = install(folder, tarballs, readJson<Manifest>(manifestFile))
  check(
    `examples/${name} passes its own tests`,
    complaints.length > 0 ? complaints : complaintsOf(folder, 'npm', 'test'),
  )
}

mkdirSync(join(root, '.results'), { recursive: true })
const counts = { numPassedTests: passed, numFailedTests: failed }
writeFileSync(join(root, '.results', 'examples.json'), JSON.stringify(counts))
process.exitCode = failed > 0 ? 1 : 0
