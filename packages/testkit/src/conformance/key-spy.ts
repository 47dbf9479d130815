/** Spy: notes which keys the commands of a module open, through the context or in place. */

import type { CommandArgument, CommandDefinition, Context, ModuleDefinition, RawCall } from '@kvasir/module-api'
import { textOf } from './request-line.ts'

export class KeySpy {
  /** Keys opened since the last `clear`, one character a byte. */
  readonly opened = new Set<string>()

  clear(): void {
    this.opened.clear()
  }

  /** The module, watched. */
  watch(definition: ModuleDefinition): ModuleDefinition {
    const commands = (definition.commands ?? []).map((command) =>
      'container' in command ? command : this.#watchCommand(command),
    )
    return { ...definition, commands }
  }

  #watchCommand(command: CommandDefinition): CommandDefinition {
    const { handler, raw } = command
    return {
      ...command,
      ...(handler === undefined ? {} : { handler: (ctx, args) => handler.call(command, this.#context(ctx), args) }),
      ...(raw === undefined ? {} : { raw: (call) => raw.call(command, this.#rawCall(call)) }),
    }
  }

  #note(key: Uint8Array | string): void {
    this.opened.add(typeof key === 'string' ? textOf(Buffer.from(key, 'utf8')) : textOf(key))
  }

  #context(ctx: Context): Context {
    return instead(ctx, {
      key: (name: Uint8Array | string) => {
        this.#note(name)
        return ctx.key(name)
      },
      call: (name: string, ...args: readonly CommandArgument[]) => {
        const keys = ctx.call('COMMAND', 'GETKEYS', name, ...args)
        if (Array.isArray(keys)) for (const key of keys) this.#note(key as Uint8Array)
        return ctx.call(name, ...args)
      },
    })
  }

  #rawCall(call: RawCall): RawCall {
    return instead(call, {
      value: (index: number, type: Parameters<RawCall['value']>[1]) => {
        this.#note(call.argBytes(index))
        return call.value(index, type)
      },
      context: () => this.#context(call.context),
    })
  }
}

/** An object with some of its methods replaced; `context` stands for a getter. */
function instead<T extends object>(target: T, replaced: Readonly<Record<string, unknown>>): T {
  return new Proxy(target, {
    get(_, name) {
      const own = typeof name === 'string' && Object.hasOwn(replaced, name) ? replaced[name] : undefined
      if (name === 'context' && typeof own === 'function') return own()
      if (own !== undefined) return own
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
