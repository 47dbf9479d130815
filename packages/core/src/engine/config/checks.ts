/** What some parameters want of their values. A check answers with the reason of a refusal, in Valkey 9.1's words. */

type Check = (value: string) => string | undefined

const IPV4 = /^(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$/
const IPV6_GROUP = /^[0-9a-fA-F]{1,4}$/
const IPV6_GROUPS = 8
const IP_TEXT_MAX = 45
const HOSTNAME_MAX = 255
const HASH_SEED_MAX = 256

/** @param what what the parameter names: `filename` or `dirname` */
export function plainName(name: string, what: 'filename' | 'dirname'): Check {
  return (value) => {
    if (value === '') return `${name} can't be empty`
    return /[/\\\0]/.test(value) ? `${name} can't be a path, just a ${what}` : undefined
  }
}

export function notEmpty(name: string): Check {
  return (value) => (value === '' ? `${name} can't be empty` : undefined)
}

export function ipv4Address(value: string): string | undefined {
  return value === '' || IPV4.test(value) ? undefined : 'Invalid IPv4 address'
}

export function ipv6Address(value: string): string | undefined {
  return value === '' || isIpv6(value) ? undefined : 'Invalid IPv6 address'
}

function isIpv6(address: string): boolean {
  const halves = address.split('::')
  if (halves.length > 2) return false
  let groups = 0
  for (const [index, half] of halves.entries()) {
    if (half === '') continue
    const parts = half.split(':')
    for (const [at, part] of parts.entries()) {
      const isLast = index === halves.length - 1 && at === parts.length - 1
      if (isLast && IPV4.test(part)) groups += 2
      else if (IPV6_GROUP.test(part)) groups++
      else return false
    }
  }
  return halves.length === 2 ? groups < IPV6_GROUPS : groups === IPV6_GROUPS
}

/** Addresses and node names stand in nodes.conf and in replies, where other characters would separate fields. */
const isPlain = (value: string): boolean => /^[A-Za-z0-9./:_`\x80-\xff-]*$/.test(value)

export function announcedAddress(value: string): string | undefined {
  if (value.length > IP_TEXT_MAX) return 'cluster-announce-ip is too long'
  return isPlain(value) ? undefined : 'cluster-announce-ip contains invalid character'
}

export function announcedHostname(value: string): string | undefined {
  if (value.length > HOSTNAME_MAX) return 'Hostnames must be less than 256 characters'
  if (/^[A-Za-z0-9.-]*$/.test(value)) return undefined
  return 'Hostnames may only contain alphanumeric characters, hyphens or dots'
}

export function announcedNodeName(value: string): string | undefined {
  return isPlain(value) ? undefined : 'Announced human node name contained invalid character'
}

export function hashSeed(value: string): string | undefined {
  return value.length > HASH_SEED_MAX
    ? `hash-seed must be less than or equal to ${HASH_SEED_MAX} characters`
    : undefined
}

const LOCALE = /^(|C|POSIX|C\.UTF-?8|[a-z]{2,3}_[A-Z]{2}(\.[A-Z0-9-]+)?)$/i

/** By its form alone: whether the system has it, the host would have to say. */
export function localeName(value: string): string | undefined {
  return LOCALE.test(value) ? undefined : 'Invalid locale name'
}

const TITLE_VARIABLE = /\{\{|\{(title|listen-addr|server-mode|port|tls-port|unixsocket|config-file)\}/g

/** As in Valkey it must also show something where the process has no title of its own and no special mode. */
export function processTitle(value: string): string | undefined {
  const isEmpty = value.replace(/\{(title|server-mode)\}/g, '').trim() === ''
  if (!isEmpty && !value.replace(TITLE_VARIABLE, '').includes('{')) return undefined
  return 'template format is invalid or contains unknown variables'
}

export function shutdownOptions(value: readonly string[]): string | undefined {
  const both = value.includes('save') && value.includes('nosave')
  return both ? "shutdown options SAVE and NOSAVE can't be used simultaneously" : undefined
}
