import { KeySpy } from '../key-spy.ts'
import type { Report } from '../report.ts'
import { lineOf } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import type { Stage } from '../stage.ts'
import type { Trial } from '../subject.ts'

export const keys: Rule = {
  name: 'keys',
  title: 'opens the keys that COMMAND GETKEYS finds, and no others',
  async check(subject, report) {
    const spy = new KeySpy()
    const stage = subject.stage(spy.watch(subject.fresh()))
    for (const trial of await subject.trials()) checkTrial(stage, spy, trial, report)
    await stage.end(subject.name, report)
  },
}

function checkTrial(stage: Stage, spy: KeySpy, { command, words, state, changed }: Trial, report: Report): void {
  const declared = stage.declaredKeys(words)
  stage.setUp(state)
  spy.clear()
  const { error } = stage.run(words)
  const line = lineOf(words)
  for (const key of spy.opened) {
    if (declared.has(key)) continue
    report.add(command.name, `'${line}' opens the key '${key}', which it does not declare: use arg.key, or keySpecs`)
  }
  for (const key of changed) {
    if (!declared.has(key)) {
      report.add(
        command.name,
        `'${line}' changes the key '${key}', which it does not declare: use arg.key, or keySpecs`,
      )
    } else if (!['RW', 'OW', 'RM'].some((access) => declared.get(key)?.includes(access))) {
      report.add(command.name, `'${line}' changes the key '${key}', which it declares as 'RO'`)
    }
  }
  if (error !== undefined) return
  for (const key of declared.keys()) {
    if (spy.opened.has(key)) continue
    report.add(command.name, `'${line}' does not open the key '${key}' that it declares: it is no key, or forgotten`)
  }
}
