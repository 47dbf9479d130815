/** The error table: every text that more than one command answers with. The code in capitals comes first. */

export const ERRORS = {
  syntax: 'ERR syntax error',
  wrongType: 'WRONGTYPE Operation against a key holding the wrong kind of value',
  notInteger: 'ERR value is not an integer or out of range',
  notInt32: 'ERR value is out of range, value must between -2147483648 and 2147483647',
  /** For numbers whose sign is a direction: the one that has no opposite is refused. */
  notNegatable: 'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
  notPositive: 'ERR value is out of range, must be positive',
  notFloat: 'ERR value is not a valid float',
  noSuchKey: 'ERR no such key',
  outOfRange: 'ERR index out of range',
  sameObject: 'ERR source and destination objects are the same',
  dbIndexOutOfRange: 'ERR DB index is out of range',
  invalidDbIndex: 'ERR invalid DB index',
  overflow: 'ERR increment or decrement would overflow',
  notFinite: 'ERR increment would produce NaN or Infinity',
  stringTooLong: 'ERR string exceeds maximum allowed size (proto-max-bulk-len)',
  noAuth: 'NOAUTH Authentication required.',
  wrongPass: 'WRONGPASS invalid username-password pair or user is disabled.',
  noPermission: 'NOPERM',
  loading: 'LOADING Kvasir is loading the dataset in memory',
  outOfMemory: "OOM command not allowed when used memory > 'maxmemory'.",
  monitorReadsNoKeys: "ERR Replica can't interact with the keyspace",
  internal: 'ERR internal error',
} as const

/** `ERR invalid expire time in 'set' command` */
export function invalidExpireTime(command: string): string {
  return `ERR invalid expire time in '${command}' command`
}

export function wrongArity(command: string): string {
  return `ERR wrong number of arguments for '${command}' command`
}
