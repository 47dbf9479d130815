/** An ACL user: whether and how it can log in, and its selectors. */

import { fromLatin1, hexadecimal } from '../../structures/bytes.ts'
import { sha256 } from '../../structures/sha256.ts'
import { Selector } from './selector.ts'

export const DEFAULT_USER_NAME = 'default'

export class AclUser {
  /** One character per byte. */
  readonly name: string
  isEnabled = false
  /** Any password will do. */
  needsNoPassword = false
  /** SHA-256 in hexadecimal digits, in the order in which they were added. */
  passwords: readonly string[] = []
  root: Selector
  /** Those in parentheses. */
  others: readonly Selector[] = []
  /** Whether anything is forbidden: what dispatch looks at first. Kept by `changed`. */
  isRestricted = true

  constructor(name: string, allChannels: boolean) {
    this.name = name
    this.root = new Selector(allChannels)
  }

  get selectors(): readonly Selector[] {
    return [this.root, ...this.others]
  }

  clone(): AclUser {
    return new AclUser(this.name, false).become(this)
  }

  /** Takes over everything of another one but its name; sessions keep the object. */
  become(other: AclUser): this {
    this.isEnabled = other.isEnabled
    this.needsNoPassword = other.needsNoPassword
    this.passwords = other.passwords
    this.root = other.root.clone()
    this.others = other.others.map((selector) => selector.clone())
    this.changed()
    return this
  }

  /** To be called when a selector was changed. */
  changed(): void {
    this.isRestricted = !this.selectors.some((selector) => selector.allowsAll)
  }

  mayUseChannel(channel: Uint8Array, isPattern: boolean): boolean {
    return this.selectors.some((selector) => selector.mayUseChannel(channel, isPattern))
  }

  /** Looks at every password to its end, so that the time does not tell which one came near. */
  hasPassword(password: Uint8Array): boolean {
    const given = fromLatin1(passwordHash(password))
    let fits = false
    for (const known of this.passwords) fits = equalInConstantTime(given, fromLatin1(known)) || fits
    return fits
  }
}

export function passwordHash(password: Uint8Array): string {
  return hexadecimal(sha256(password))
}

function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i]
  return difference === 0
}
