/** What the tests of sets share. */

/** The members of a reply that is a list of them, as `TestClient.run` gives it, in order of text. */
export function members(reply: string): string[] {
  return reply
    .replace(/^\[|\]$/g, '')
    .split(', ')
    .filter((member) => member !== '')
    .sort()
}

/** Chi-squared of counts that should all be the same: how far they are from it. */
export function chiSquared(counts: Iterable<number>): number {
  const all = [...counts]
  const mean = all.reduce((sum, count) => sum + count, 0) / all.length
  return all.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0)
}

/** Five standard deviations above what chi-squared is on average for so many counts. */
export function chiSquaredMax(counts: number): number {
  return counts - 1 + 5 * Math.sqrt(2 * counts)
}
