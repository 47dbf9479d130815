/**
 * Prometheus metrics and health probes for Kvasir, on a port of their own: `/metrics` with the names of redis_exporter,
 * `/livez` and `/readyz`.
 * @packageDocumentation
 */

import { defineModule } from '@kvasir/module-api'
import { metricsModule } from './metrics-module.ts'

export default defineModule(metricsModule)
