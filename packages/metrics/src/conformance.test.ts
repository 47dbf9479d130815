import { conformance } from '@kvasir/testkit'
import { it } from 'vitest'
import metrics from './index.ts'

conformance(it, metrics, { values: {}, calls: [] })
