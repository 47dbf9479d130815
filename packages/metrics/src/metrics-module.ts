/** The module: parameters, and an endpoint for each engine that loads it. */

import { API_LEVEL, type ModuleContext, type ModuleDefinition } from '@kvasir/module-api'
import { Endpoint } from './endpoint.ts'

const PORT_MAX = 65_535

export const metricsModule: ModuleDefinition = {
  name: 'metrics',
  version: '0.0.0',
  api: API_LEVEL,
  config: {
    port: {
      type: 'integer',
      summary: 'the port of /metrics, /livez and /readyz; 0 for none',
      default: 0,
      min: 0,
      max: PORT_MAX,
    },
    bind: {
      type: 'text',
      summary: 'the address or the name of the host it is bound to; * for all',
      default: '127.0.0.1',
    },
  },
  load(ctx: ModuleContext): void {
    const endpoint = new Endpoint(ctx)
    const listen = (): string | undefined => endpoint.listen(ctx.config('port') as number, ctx.config('bind') as string)
    ctx.onConfigChange('port', listen)
    ctx.onConfigChange('bind', listen)
    ctx.onUnload(() => endpoint.close())
    const refusal = listen()
    if (refusal !== undefined) throw new Error(refusal)
  },
}
