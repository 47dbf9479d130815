/** DEBUG's help, and the subcommands that are accepted because their subject does not exist here. */

import type { Call } from '../../engine/call.ts'

/**
 * Switches of structures and timers that Kvasir does not have, and words that each takes. The peers' tests set them to
 * bring about situations that cannot occur here, so that OK is true.
 */
export const ACCEPTED: ReadonlyMap<string, number> = new Map([
  ['dict-resizing', 3],
  ['hashtable-can-abort-shrink', 3],
  ['quicklist-packed-threshold', 3],
  ['replybuffer', 4],
])

const ENTRIES: readonly (readonly [usage: string, text: string])[] = [
  ['CHANGE-REPL-ID', 'Give the dataset a new replication id.'],
  ['CLIENT-ENFORCE-REPLY-LIST <0|1>', 'With 1, the limits of output look at every reply as at one that must wait.'],
  ['CONFIG-REWRITE-FORCE-ALL', 'As CONFIG REWRITE, and write the parameters that have their defaults, too.'],
  ['DIGEST', 'Return a digest of all keys and values, the same for the same data.'],
  ['DIGEST-VALUE <key> [<key> ...]', 'Return a digest of the value of each key.'],
  ['ERROR <string>', 'Return an error reply with this text.'],
  ['HTSTATS <dbid> [full]', 'Return figures of the hash table of a database.'],
  ['HTSTATS-KEY <key> [full]', 'Return figures of the hash table that a value is kept in.'],
  ['LISTPACK <key>', 'Write the elements of a value that is kept as a listpack to the log.'],
  ['LOG <message>', 'Write a message to the log.'],
  ['OBJECT <key> [fast]', 'Show how a value is kept.'],
  ['PAUSE-CRON <0|1>', 'Stop the periodic work, or go on with it.'],
  [
    'POPULATE <count> [<prefix>] [<size>]',
    'Create string keys named <prefix>:<number>; the prefix is `key` if left out.',
  ],
  [
    'PROTOCOL <type>',
    'Return a reply of this type: string, integer, double, bignum, null, array,\n' +
      'set, map, attrib, push, verbatim, true or false.',
  ],
  [
    'PROTECT-CLIENT <id>',
    'Read nothing more from a client, and keep it when it is closed, as one that is still on its way out.',
  ],
  [
    'RELOAD [MERGE] [NOFLUSH]',
    'Write the dataset to an RDB image in memory, remove all keys, and read it back. With NOFLUSH and\n' +
      'MERGE the keys stay, and get the values that were read.',
  ],
  ['SET-ACTIVE-EXPIRE <0|1>', 'With 0, delete expired keys only when they are accessed.'],
  ['SET-SKIP-CHECKSUM-VALIDATION <0|1>', 'With 1, RESTORE and loading do not look at checksums.'],
  ['SLEEP <seconds>', 'Stop the server for this time. Decimals allowed.'],
  [
    'DICT-RESIZING, HASHTABLE-CAN-ABORT-SHRINK, QUICKLIST-PACKED-THRESHOLD, REPLYBUFFER',
    'Accepted and without effect: there is nothing here that they could change.',
  ],
]

export function writeDebugHelp(call: Call): void {
  const lines = ['DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:']
  for (const [usage, text] of [...ENTRIES, ['HELP', 'Print this help.']]) {
    lines.push(usage, ...text.split('\n').map((line) => `    ${line}`))
  }
  call.reply.array(lines.length)
  for (const line of lines) call.reply.simple(line)
}
