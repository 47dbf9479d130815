/** What is thrown when no memory is left. */

/** Thrown when the address space of one arena (32 GiB) or the process's memory is used up. */
export class ArenaFullError extends Error {
  override readonly name = 'ArenaFullError'
}

/** Whether an error says that no memory is left, in an arena or for a buffer. */
export function isOutOfMemory(error: unknown): boolean {
  if (error instanceof ArenaFullError) return true
  return error instanceof RangeError && error.message.startsWith('Array buffer allocation')
}

/** Does what can as well be left undone for want of memory. */
export function unlessOutOfMemory(task: () => void): void {
  try {
    task()
  } catch (error) {
    if (!isOutOfMemory(error)) throw error
  }
}
