import { conformance } from '@kvasir/testkit'
import { it } from 'vitest'
import { metricsModule } from './metrics-module.ts'

conformance(it, metricsModule, { values: {}, calls: [] })
