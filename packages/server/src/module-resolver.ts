/**
 * Module resolver: finds what `loadmodule` and MODULE LOAD name.
 *
 *     loadmodule ./modules/ratelimit.ts          a file, from the folder of the configuration file
 *     loadmodule @scope/name argument ...        a package: installed there, or beside the server
 *
 * The default export is a module, or a function that takes the arguments and returns one. What an engine has loaded
 * before is read anew.
 */

import { createRequire } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import { ModuleLoadError } from '@kvasir/core'
import type { ModuleDefinition } from '@kvasir/module-api'
import { importFresh } from './fresh-import.ts'
import { codeOf } from './listener.ts'

export type ModuleResolver = (specifier: string, args?: readonly string[]) => ModuleDefinition

/** Files that Node.js will refuse to import for ever, because they could not be imported once. */
const failed = new Set<string>()

/** @param directory where relative paths start, and the search for packages */
export function createModuleResolver(directory: string): ModuleResolver {
  const loaded = new Set<string>()
  return (specifier, args = []) => {
    const path = findModule(specifier, directory)
    const namespace = importModule(specifier, path, loaded.has(path) || failed.has(path))
    loaded.add(path)
    const exported: unknown = isObject(namespace) && 'default' in namespace ? namespace.default : namespace
    const definition: unknown = typeof exported === 'function' ? callFactory(exported, specifier, args) : exported
    if (isObject(definition) && typeof definition.name === 'string') return definition as unknown as ModuleDefinition
    throw new ModuleLoadError(
      'KV_MODULE_DECLARATION',
      `'${specifier}' has no module as its default export: export default defineModule({ ... })`,
    )
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function findModule(specifier: string, directory: string): string {
  const isPath = specifier.startsWith('.') || isAbsolute(specifier)
  const name = isPath ? resolve(directory, specifier) : specifier
  let failure: unknown
  for (const from of isPath ? [directory] : [directory, import.meta.dirname]) {
    try {
      return createRequire(join(from, 'kvasir.conf')).resolve(name)
    } catch (error) {
      failure ??= error
      if (codeOf(error) !== 'MODULE_NOT_FOUND') break
    }
  }
  if (codeOf(failure) === 'ERR_PACKAGE_PATH_NOT_EXPORTED') {
    throw notFound(`package '${specifier}' exports nothing that can be loaded: its exports need a "default" condition`)
  }
  if (isPath) throw notFound(`there is no file ${name}`)
  throw notFound(`there is no package '${specifier}' in ${directory}: install it there with npm install ${specifier}`)
}

const notFound = (message: string): ModuleLoadError => new ModuleLoadError('KV_MODULE_NOT_FOUND', message)

function importModule(specifier: string, path: string, anew: boolean): unknown {
  try {
    return anew ? importFresh(path) : createRequire(path)(path)
  } catch (error) {
    failed.add(path)
    if (codeOf(error) === 'ERR_REQUIRE_ASYNC_MODULE') {
      throw new ModuleLoadError(
        'KV_MODULE_LOAD',
        `'${specifier}' waits while it is imported: move its top-level await into load()`,
      )
    }
    throw new ModuleLoadError('KV_MODULE_LOAD', `'${specifier}' (${path}) cannot be imported: ${messageOf(error)}`)
  }
}

function callFactory(factory: unknown, specifier: string, args: readonly string[]): unknown {
  try {
    return (factory as (args: readonly string[]) => unknown)(args)
  } catch (error) {
    throw new ModuleLoadError('KV_MODULE_LOAD', `'${specifier}' refused its arguments: ${messageOf(error)}`)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
