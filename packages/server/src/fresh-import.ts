/**
 * Imports a module anew that this process has imported before: MODULE UNLOAD and MODULE LOAD put changed code into
 * place. Synchronous, as `require` is, because MODULE LOAD answers at once.
 *
 * `require` keeps what it has loaded by file name and can be told to forget it. ES modules are kept by URL, for ever;
 * so a module of one line that only exists in memory imports `file:///path/index.js?kvasir=2`, and the number is handed
 * on to the files that it imports by relative paths. What it imports by name, packages, is shared with the process.
 *
 * Old code stays in memory, as nothing in Node.js can take it out. Before Node.js 22.15 an ES module is not read anew.
 */

import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { dirname, join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'

const SCHEME = 'kvasir-fresh:'
const MARK = /\?kvasir=\d+$/
let imports = 0

/** @param path of a file */
export function importFresh(path: string): unknown {
  const require = nodeModule.createRequire(path)
  forget(require.cache, path)
  if (typeof nodeModule.registerHooks !== 'function') return require(path)
  const url = `${pathToFileURL(path).href}?kvasir=${++imports}`
  const name = `${SCHEME}${imports}`
  const hooks = nodeModule.registerHooks({
    resolve(specifier, context, next) {
      if (specifier === name) return { url: name, format: 'module', shortCircuit: true }
      const resolved = next(specifier, context)
      const mark = MARK.exec(context.parentURL ?? '')
      return mark !== null && /^\.\.?\//.test(specifier) ? { ...resolved, url: resolved.url + mark[0] } : resolved
    },
    load(loaded, context, next) {
      if (loaded !== name) return next(loaded, context)
      const source = `import * as fresh from ${JSON.stringify(url)}\nexport { fresh }`
      return { format: 'module', source, shortCircuit: true }
    },
  })
  try {
    return (require(name) as { readonly fresh: unknown }).fresh
  } finally {
    hooks.deregister()
    delete require.cache[name]
  }
}

/** Has `require` forget the files of the package that the path belongs to. */
function forget(cache: NodeJS.Dict<unknown>, path: string): void {
  const folder = packageFolder(path) + sep
  for (const file of Object.keys(cache)) {
    if (!file.startsWith(folder)) continue
    if (!file.slice(folder.length).split(sep).includes('node_modules')) delete cache[file]
  }
}

function packageFolder(path: string): string {
  const own = dirname(path)
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder)) return own
  }
}
