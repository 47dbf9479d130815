import type { CommandDefinition, Context, Key } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import type { TestEngine } from '../commands/_test-client.ts'
import { command, dataType, moduleOf, startLoggedEngine } from './_test-modules.ts'

let server: TestEngine

beforeEach(() => {
  ;({ server } = startLoggedEngine())
})

describe('A context', () => {
  const OVER = 'a context or a key was used after its handler returned'
  let kept: Context | undefined
  let key: Key | undefined

  beforeEach(() => {
    kept = undefined
    key = undefined
  })

  function keep(ctx: Context): void {
    kept = ctx
    key = ctx.key('k')
    key.setString('v')
  }

  function expectOver(): void {
    expect(kept).toBeDefined()
    const uses: readonly (() => unknown)[] = [
      () => kept?.client,
      () => kept?.nowMs,
      () => kept?.log,
      () => kept?.random(),
      () => kept?.key('k'),
      () => kept?.call('GET', 'k'),
      () => kept?.notify('event', 'k'),
      () => kept?.config('limit'),
      () => key?.type,
      () => key?.getString(),
      () => key?.setString('other'),
      () => key?.getValue(dataType('box-box-1')),
      () => key?.setValue(dataType('box-box-1'), { items: [] }),
      () => key?.changed(),
      () => key?.getExpiryMs(),
      () => key?.setExpiryMs(server.clock.now + 1000),
      () => key?.persist(),
      () => key?.delete(),
    ]
    for (const use of uses) expect(use).toThrow(OVER)
  }

  it('of a command cannot be used after its handler, not even in a later run of the same command', () => {
    const handler: CommandDefinition['handler'] = (ctx) => {
      if (kept === undefined) keep(ctx)
      else expectOver()
      return 1
    }
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', handler)] }))
    expect(server.client.run('M.GO')).toBe('(integer) 1')
    expectOver()
    expect(server.connect().run('M.GO')).toBe('(integer) 1')
  })

  it('of a handler that throws cannot be used either', () => {
    const handler: CommandDefinition['handler'] = (ctx) => {
      keep(ctx)
      throw new Error('a bug')
    }
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', handler)] }))
    server.client.run('M.GO')
    expectOver()
  })

  it('of a raw handler ends with it', () => {
    const { handler: _handler, ...rest } = command('M.GO')
    const raw: CommandDefinition['raw'] = (call) => {
      keep(call.context)
      expect(call.context).toBe(kept)
      call.reply.ok()
    }
    server.engine.modules.load(moduleOf({ commands: [{ ...rest, raw }] }))
    expect(server.client.run('M.GO')).toBe('OK')
    expectOver()
  })

  it('of a listener or a timer ends with it', () => {
    server.engine.modules.load(
      moduleOf({
        load: (ctx) => {
          ctx.onKeyEvent({ classes: ['generic'] }, (_event, inner) => keep(inner))
          ctx.every(1000, keep)
        },
      }),
    )
    server.clock.advance(1000)
    expectOver()
    kept = undefined
    server.client.run('DEL k')
    expectOver()
  })

  it('stays usable while other commands run inside its handler', () => {
    const outer: CommandDefinition['handler'] = (ctx) => {
      const held = ctx.key('k')
      ctx.call('M.INNER')
      ctx.call('M.INNER')
      return held.getString() ?? null
    }
    const inner = command('M.INNER', (ctx) => {
      ctx.key('k').setString('inner')
      return 1
    })
    server.engine.modules.load(moduleOf({ commands: [command('M.GO', outer), inner] }))
    expect(server.client.run('M.GO')).toBe('inner')
  })
})
