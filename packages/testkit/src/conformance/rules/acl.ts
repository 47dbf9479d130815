import type { CommandDefinition } from '@kvasir/module-api'
import type { Report } from '../report.ts'
import type { Rule } from '../rule.ts'
import { isWrite } from '../subject.ts'

export const acl: Rule = {
  name: 'acl',
  title: 'puts every command into its ACL categories, with what it does to each key',
  async check(subject, report) {
    const stage = subject.stage()
    const own = (subject.definition.aclCategories ?? []).map((category) => `@${category}`)
    const used = new Set<string>()
    for (const command of subject.commands) {
      const { categories, accesses } = stage.commandInfo(command)
      for (const category of categories) used.add(category)
      if (!categories.some((category) => own.includes(category))) {
        report.add(
          command.name,
          'users cannot allow or forbid it by a category of the module: list one in aclCategories and in its acl',
        )
      }
      checkAccess(command, accesses, report)
    }
    for (const category of own) {
      if (!used.has(category)) report.add(subject.name, `no command is in its ACL category ${category}: take it out`)
    }
    await stage.end(subject.name, report)
  },
}

function checkAccess(command: CommandDefinition, accesses: readonly (string | undefined)[], report: Report): void {
  const keys = accesses.filter((access) => access !== undefined)
  if (keys.length === 0) return
  const reads = command.flags.includes('readonly')
  if (!reads && !isWrite(command)) report.add(command.name, "has keys: give it the flag 'readonly' or 'write'")
  if (reads && keys.some((access) => access !== 'RO')) {
    report.add(command.name, "is readonly, but declares a key that it changes: declare the key as 'RO'")
  }
  if (isWrite(command) && keys.every((access) => access === 'RO')) {
    report.add(command.name, "is a write command, but every key of it is declared as 'RO': say which one it changes")
  }
}
