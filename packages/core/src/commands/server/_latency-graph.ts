/**
 * Samples of latency as a drawing: a column each, the oldest on the left, with how long ago it was written below it
 * from top to bottom.
 *
 *     command - high 500 ms, low 101 ms (all time high 500 ms)
 *     --------------------------------------------------------------------------------
 *        #_
 *       _||
 *      _|||
 *     _||||
 *
 *     11186
 *     542ss
 *     sss
 */

import type { LatencySeries } from '../../engine/observation/latency-monitor.ts'

const WIDTH = 80
const ROWS = 4
/** Heights within a row. */
const TIPS = '_o#'
const STEPS = ROWS * TIPS.length

export function latencyGraph(event: string, { samples, worstMs }: LatencySeries, nowSeconds: number): string {
  const times = samples.map(({ ms }) => ms)
  const high = Math.max(...times)
  const low = Math.min(...times)
  const title = `${event} - high ${high} ms, low ${low} ms (all time high ${worstMs} ms)\n`
  const steps = times.map((ms) => Math.min(STEPS - 1, Math.floor(((ms - low) * STEPS) / Math.max(1, high - low))))
  const labels = samples.map(({ atSeconds }) => ageText(nowSeconds - atSeconds))
  const blocks: string[] = []
  for (let first = 0; first < samples.length; first += WIDTH) {
    blocks.push(block(steps.slice(first, first + WIDTH), labels.slice(first, first + WIDTH)))
  }
  return `${title}${'-'.repeat(WIDTH)}\n${blocks.join('\n')}`
}

function block(steps: readonly number[], labels: readonly string[]): string {
  let text = ''
  for (let row = ROWS - 1; row >= 0; row--) text += `${steps.map((step) => tip(step - row * TIPS.length)).join('')}\n`
  const labelRows = Math.max(...labels.map((label) => label.length))
  text += `${' '.repeat(steps.length)}\n`
  for (let row = 0; row < labelRows; row++) text += `${labels.map((label) => label[row] ?? ' ').join('')}\n`
  return text
}

/** @param height above the foot of the row */
function tip(height: number): string {
  if (height < 0) return ' '
  return TIPS[height] ?? '|'
}

const UNITS: readonly (readonly [seconds: number, letter: string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
]

function ageText(seconds: number): string {
  for (const [unit, letter] of UNITS) if (seconds >= unit) return `${Math.floor(seconds / unit)}${letter}`
  return `${Math.max(0, seconds)}s`
}
