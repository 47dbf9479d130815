import { dirname, join, relative, sep } from 'node:path'
import { importsOf } from '../imports.ts'
import { type Finding, fromRoot, inSource, isTest, type Rule } from '../workspace.ts'

/** A folder of packages/core/src imports from itself and from those before it. Files beside the folders import all. */
const layers = ['structures', 'types', 'keyspace', 'engine', 'commands']

export const rule: Rule = {
  title: `core is built in layers, ${layers.join(' <- ')}`,
  run(workspace) {
    const found: Finding[] = []
    const core = workspace.package('core')
    for (const source of core.sources) {
      const path = inSource(core, source)
      if (!path.includes('/') || isTest(source)) continue
      const folder = path.split('/', 1)[0] as string
      const layer = layers.indexOf(folder)
      if (layer < 0) {
        const message = `${folder}/ is no layer of core: put the file in ${layers.join(', ')}, or add the layer here`
        found.push({ file: fromRoot(source.getFilePath()), line: 1, message })
        continue
      }
      for (const { specifier, line } of importsOf(source)) {
        if (!specifier.startsWith('.')) continue
        const target = relative(join(core.folder, 'src'), join(dirname(source.getFilePath()), specifier))
        const parts = target.split(sep)
        const targetLayer = parts.length === 1 ? layers.length : layers.indexOf(parts[0] as string)
        if (targetLayer <= layer && targetLayer >= 0) continue
        const message = `${folder} may not import ${target.split(sep).join('/')}: only ${layers.slice(0, layer + 1).join(', ')}`
        found.push({ file: fromRoot(source.getFilePath()), line, message })
      }
    }
    return found
  },
}
