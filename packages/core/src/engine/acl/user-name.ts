/** Names of ACL users: any bytes but space and zeros, which would break the lines that users are written in. */

const SPACE = /[ \t-\r\0]/

/** @param name one character per byte */
export function isUserName(name: string): boolean {
  return !SPACE.test(name)
}
