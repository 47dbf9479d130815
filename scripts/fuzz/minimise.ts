/**
 * Minimise: the shortest part of a sequence that still shows a difference, found by delta debugging: parts are left
 * out, half of the sequence first, then ever smaller ones, each time on empty servers. Afterwards words are left out of
 * the commands that remain.
 *
 * Source: Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002 (only the complements).
 */

import { AUDIT, type Step, type Words } from './command-spec.ts'
import type { Arena, Difference } from './duel.ts'

export interface Minimised {
  readonly steps: readonly Step[]
  readonly difference: Difference
}

/** What makes two differences the same one: the command and the kinds of the replies. */
export function signatureOf({ words, ours, peer }: Difference): string {
  const name = (words[0] ?? '').toUpperCase()
  if (name === AUDIT.toUpperCase()) return `${AUDIT} ${words[1]}`
  const sub = /^(OBJECT|XGROUP|XINFO|DEBUG|CONFIG|EXEC)$/.test(name) ? ` ${(words[1] ?? '').toUpperCase()}` : ''
  return `${name}${sub}: ${kindOf(ours)} / ${kindOf(peer)}`
}

/** Of an error the text without what is quoted in it; of anything else its type. */
function kindOf(reply: string): string {
  if (reply === '') return 'none'
  if (!reply.startsWith('-')) return (reply[0] as string).replace(/[a-zA-Z]/, 'error')
  return reply
    .slice(0, reply.indexOf('\r\n'))
    .replace(/'[^']*'/g, "'...'")
    .slice(0, 60)
}

export async function minimise(
  arena: Arena,
  steps: readonly Step[],
  difference: Difference,
  budgetMs: number,
): Promise<Minimised> {
  const end = performance.now() + budgetMs
  const signature = signatureOf(difference)
  let best: Minimised = { steps: steps.slice(0, difference.at + 1), difference }

  const attempt = async (candidate: readonly Step[]): Promise<boolean> => {
    if (performance.now() > end) return false
    await arena.reset()
    const found = await arena.run(candidate)
    if (found === undefined || signatureOf(found) !== signature) return false
    best = { steps: candidate.slice(0, found.at + 1), difference: found }
    return true
  }

  await onlyItsKeys(best, attempt)
  for (let parts = 2; parts <= best.steps.length; ) {
    const size = Math.ceil(best.steps.length / parts)
    let smaller = false
    // The end is where the difference is; what is long before it is likely to be needless.
    for (let at = 0; at < best.steps.length; ) {
      const candidate = [...best.steps.slice(0, at), ...best.steps.slice(at + size)]
      if (candidate.length > 0 && (await attempt(candidate))) smaller = true
      else at += size
    }
    if (size === 1 && !smaller) break
    parts = smaller ? Math.max(2, Math.min(parts, best.steps.length)) : Math.min(parts * 2, best.steps.length)
    if (performance.now() > end) break
  }
  await fewerWords(() => best, attempt)
  return best
}

/** A first guess: of all commands, those that share a word with the last one, and settings. */
async function onlyItsKeys(
  { steps, difference }: Minimised,
  attempt: (steps: readonly Step[]) => Promise<boolean>,
): Promise<void> {
  const words = new Set(difference.words.slice(1))
  const related = ({ words: own }: Step): boolean => own[0] === 'CONFIG' || own.some((word) => words.has(word))
  await attempt(steps.filter((step, i) => i === steps.length - 1 || related(step)))
}

/** Leaves out one word at a time, or two or three that belong together. */
async function fewerWords(best: () => Minimised, attempt: (steps: readonly Step[]) => Promise<boolean>): Promise<void> {
  for (let i = 0; i < best().steps.length; i++) {
    for (const count of [1, 2, 3]) {
      for (let at = 1; ; ) {
        const { steps } = best()
        const step = steps[i]
        if (step === undefined || step.words[0]?.startsWith('#') || at + count > step.words.length) break
        const words: Words = [...step.words.slice(0, at), ...step.words.slice(at + count)]
        const candidate = steps.map((other, j) => (j === i ? { ...step, words } : other))
        if (!(await attempt(candidate))) at++
      }
    }
  }
}
