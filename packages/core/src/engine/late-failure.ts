/**
 * Promises that modules return where the API takes none. Should one fail later with nobody there to hear of it, the
 * process would end.
 */

/**
 * Hears of the late failure of what a module's function returned.
 * @returns whether that is a promise, of any realm or library
 */
export function followPromise(returned: unknown, failed: (error: unknown) => void): boolean {
  if (returned === null || typeof returned !== 'object') return false
  if (typeof (returned as { readonly then?: unknown }).then !== 'function') return false
  Promise.resolve(returned).catch(failed)
  return true
}
