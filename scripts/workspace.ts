/** What the checks and generators look at: the packages, their manifests and their parsed sources. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Project, type SourceFile } from 'ts-morph'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

export interface Manifest {
  name: string
  version: string
  private?: boolean
  [field: string]: unknown
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  scripts?: Record<string, string>
}

export interface Package {
  /** The folder's name under packages/, which is the name without its scope. */
  name: string
  folder: string
  manifest: Manifest
  /** Every file under src/, tests and generated files included. */
  sources: SourceFile[]
}

/** What is wrong, where, and what to do about it. */
export interface Finding {
  file: string
  line: number
  message: string
}

export interface Rule {
  /** A sentence that holds when the rule finds nothing. */
  title: string
  run(workspace: Workspace): Finding[]
}

export class Workspace {
  readonly packages: Package[]

  constructor(workspaceFolder: string = root) {
    const project = new Project({ skipAddingFilesFromTsConfig: true, skipFileDependencyResolution: true })
    this.packages = readdirSync(join(workspaceFolder, 'packages'))
      .filter((name) => existsSync(join(workspaceFolder, 'packages', name, 'package.json')))
      .sort()
      .map((name) => {
        const folder = join(workspaceFolder, 'packages', name)
        const manifest = readJson<Manifest>(join(folder, 'package.json'))
        const sources = project.addSourceFilesAtPaths(join(folder, 'src/**/*.ts'))
        return { name, folder, manifest, sources: sources.sort((a, b) => compare(a.getFilePath(), b.getFilePath())) }
      })
  }

  package(name: string): Package {
    const found = this.packages.find((candidate) => candidate.name === name)
    if (!found) throw new Error(`there is no packages/${name}`)
    return found
  }

  /** The sources that are published: neither tests nor benchmarks. */
  *published(): Generator<[Package, SourceFile]> {
    for (const owner of this.packages) {
      for (const source of owner.sources) if (!isTest(source)) yield [owner, source]
    }
  }
}

export const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A path as findings and committed lists spell it: from the root, with slashes. */
export const fromRoot = (path: string): string => relative(root, path).split(sep).join('/')

/** A path inside a package's src/. */
export const inSource = (owner: Package, source: SourceFile): string =>
  relative(join(owner.folder, 'src'), source.getFilePath()).split(sep).join('/')

export const isTest = (source: SourceFile): boolean => /(\.(test|bench)|^_test-.*)\.ts$/.test(source.getBaseName())

export const isGenerated = (source: SourceFile): boolean => source.getBaseName().endsWith('.generated.ts')

/** The command files of core: those under commands/ whose default export declares a command or a container. */
export function commandFiles(owner: Package): SourceFile[] {
  return owner.sources.filter(
    (source) =>
      inSource(owner, source).startsWith('commands/') &&
      !isTest(source) &&
      !isGenerated(source) &&
      !basename(source.getFilePath()).startsWith('_') &&
      /^export default define(Core)?(Command|Container)\b/m.test(source.getFullText()),
  )
}

/** A committed file as it was in an earlier commit, or undefined where there is no such commit or file. */
export function earlier(path: string, revision: string): string | undefined {
  try {
    return execFileSync('git', ['show', `${revision}:${path}`], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return undefined
  }
}
