/** Versions that clients are told. */

/** Kvasir's own. */
export const KVASIR_VERSION = '0.1.0'
/** The Redis whose commands the dialect has; clients choose by it what they may send. */
export const REDIS_VERSION = '7.2.4'
/** The Valkey whose commands and texts are followed. */
export const VALKEY_VERSION = '9.1.0'
