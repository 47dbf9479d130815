/**
 * Questions to a t-digest whose observations are all merged. Between two centroids, half the weight of each lies evenly
 * between their means; a centroid of one observation lies at its mean, and nowhere else.
 */

import type { TDigest } from './t-digest.ts'

/**
 * The observation at a place in their order.
 * @param index 0 to the number of observations, fractions allowed
 */
export function valueAt(digest: TDigest, index: number): number {
  const { means, weights, mergedCount: count, observations, min, max } = digest
  if (index < 1) return min
  if (index >= observations - 1) return max
  let center = weights[0] / 2
  if (index < center) return min + ((index - 1) / Math.max(1, center - 1)) * (means[0] - min)
  for (let i = 0; i + 1 < count; i++) {
    const distance = (weights[i] + weights[i + 1]) / 2
    if (center + distance <= index) {
      center += distance
      continue
    }
    let left = index - center
    let right = center + distance - index
    if (weights[i] === 1) {
      if (left < 0.5) return means[i]
      left -= 0.5
    }
    if (weights[i + 1] === 1) {
      if (right <= 0.5) return means[i + 1]
      right -= 0.5
    }
    const mean = means[i] * (right / (left + right)) + means[i + 1] * (left / (left + right))
    // Between the two, however it is rounded: the mean of equal values is that value.
    return Math.min(means[i + 1], Math.max(means[i], mean))
  }
  const rest = observations - center
  return means[count - 1] + ((index - center) / rest) * (max - means[count - 1])
}

/** Observations below a value, plus half of those that are equal to it. */
export function weightBelow(digest: TDigest, value: number): number {
  const { means, weights, mergedCount: count, observations, min, max } = digest
  if (value < min) return 0
  if (value > max) return observations
  if (value < means[0]) return between(0.5, weights[0] / 2, (value - min) / (means[0] - min))
  let before = 0
  for (let i = 0; i < count; i++) {
    if (means[i] === value) {
      let equal = 0
      for (let j = i; j < count && means[j] === value; j++) equal += weights[j]
      return before + equal / 2
    }
    const weight = weights[i]
    const from = before + (weight === 1 ? 1 : weight / 2)
    before += weight
    if (i + 1 === count) return between(from, observations - 0.5, (value - means[i]) / (max - means[i]))
    if (value >= means[i + 1]) continue
    const next = weights[i + 1]
    const to = before + (next === 1 ? 0 : next / 2)
    return between(from, to, (value - means[i]) / (means[i + 1] - means[i]))
  }
  return observations
}

function between(from: number, to: number, share: number): number {
  return from + (to - from) * Math.min(1, Math.max(0, share))
}

/** The mean of the observations at the places `from` (included) to `to` (excluded); there is at least one. */
export function meanBetween(digest: TDigest, from: number, to: number): number {
  const { means, weights, mergedCount: count } = digest
  let before = 0
  let mean = 0
  for (let i = 0; i < count; i++) {
    const after = before + weights[i]
    const inside = Math.min(after, to) - Math.max(before, from)
    // The share first: sums of large values would be infinite.
    if (inside > 0) mean += means[i] * (inside / (to - from))
    before = after
  }
  return mean
}
