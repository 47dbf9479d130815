/** A module's value behind a key: a JavaScript value and the type that knows it. */

import type { DataType } from '@kvasir/module-api'
import type { ValueObject } from './value-object.ts'

export class ModuleValue implements ValueObject {
  readonly encodingName = 'raw'
  readonly type: DataType<unknown>
  readonly value: unknown
  externalBytes: number

  constructor(type: DataType<unknown>, value: unknown) {
    this.type = type
    this.value = value
    this.externalBytes = type.memoryBytes(value)
  }

  /** Asks the type for the value's size anew. */
  measure(): void {
    this.externalBytes = this.type.memoryBytes(this.value)
  }

  copy(): ModuleValue {
    return new ModuleValue(this.type, this.type.copy(this.value))
  }

  free(): void {
    this.type.free?.(this.value)
  }
}
