/**
 * The byte in front of a value in RDB: its type and form. 22 means one thing to Valkey and another to candidates of
 * Redis 7.4; the version that the payload ends with, or the file begins with, tells which.
 *
 *     type  value                      written by          type  value                     written by
 *     0     string                     all                 14    list, quicklist           3.2 - 6.2
 *     1     list                       2.x                 15    stream                    5.0 - 6.2
 *     2     set                        all                 16    hash, listpack            7.0 on
 *     3     zset, scores as text       - 4.0               17    zset, listpack            7.0 on
 *     4     hash                       all                 18    list, quicklist 2         7.0 on
 *     5     zset, scores as doubles    4.0 on              19    stream, 2                 7.0
 *     6     module, before 4.0         (refused)           20    set, listpack             7.2 on
 *     7     module                     4.0 on              21    stream, 3                 7.2 on
 *     9     hash, zipmap               - 2.4               22    hash with expiring fields Valkey 9.0 on
 *     10    list, ziplist              - 3.0               22    the same, listpack: 23    Redis 7.4, candidates
 *     11    set, intset                all                 24    hash with expiring fields Redis 7.4 on
 *     12    zset, ziplist              - 6.2               25    the same, listpack        Redis 7.4 on
 *     13    hash, ziplist              2.6 - 6.2
 *
 * What is written here: 0, 2, 4, 5, 7, 11, 16, 17, 18, 20, 21, which every server since Redis 7.2 reads, and Valkey's
 * 22 for hashes with expiring fields.
 */

export const RDB_STRING = 0
export const RDB_LIST = 1
export const RDB_SET = 2
export const RDB_ZSET = 3
export const RDB_HASH = 4
export const RDB_ZSET_2 = 5
export const RDB_MODULE_2 = 7
export const RDB_HASH_ZIPMAP = 9
export const RDB_LIST_ZIPLIST = 10
export const RDB_SET_INTSET = 11
export const RDB_ZSET_ZIPLIST = 12
export const RDB_HASH_ZIPLIST = 13
export const RDB_LIST_QUICKLIST = 14
export const RDB_STREAM_LISTPACKS = 15
export const RDB_HASH_LISTPACK = 16
export const RDB_ZSET_LISTPACK = 17
export const RDB_LIST_QUICKLIST_2 = 18
export const RDB_STREAM_LISTPACKS_2 = 19
export const RDB_SET_LISTPACK = 20
export const RDB_STREAM_LISTPACKS_3 = 21
/** Valkey's; Redis's release candidates had another form under the same number. */
export const RDB_HASH_2 = 22
export const RDB_HASH_METADATA_PRE_GA = 22
export const RDB_HASH_LISTPACK_EX_PRE_GA = 23
export const RDB_HASH_METADATA = 24
export const RDB_HASH_LISTPACK_EX = 25

/** The last version that Redis and Valkey share: Redis 7.2. */
export const RDB_VERSION_SHARED = 11
/** The last of Redis's that is read: Redis 8. */
export const RDB_VERSION_REDIS_MAX = 12
/** Valkey's own, since it left Redis's numbers. */
export const RDB_VERSION_VALKEY = 80

/** Whether payloads and files of a version can be read. Between the two lines of numbers there is nothing yet. */
export function isReadableVersion(version: number): boolean {
  return version <= RDB_VERSION_REDIS_MAX || version === RDB_VERSION_VALKEY
}
