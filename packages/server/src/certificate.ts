/** What is read from certificates: users' names, for `tls-auth-clients-user`, and figures for INFO. */

import { X509Certificate } from 'node:crypto'

/** One alternative name: `URI:urn:a`, `DNS:b`; one in quotes is a JSON string, such as `URI:"urn:a, URI:urn:b"`. */
const ALTERNATIVE_NAME = /([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/gy

/**
 * The names in their order, one character per byte, as ACL has them.
 * @param field the common name of the subject, or the URIs among the alternative names
 */
export function userNames(certificate: X509Certificate, field: 'CN' | 'URI' | 'off'): string[] {
  if (field === 'off') return []
  return (field === 'CN' ? commonNames(certificate) : uris(certificate)).map(bytesOf)
}

function commonNames(certificate: X509Certificate): string[] {
  // A list, when the subject has several: as in Valkey the first one counts.
  const names = certificate.toLegacyObject().subject.CN as string | readonly string[] | undefined
  const name = typeof names === 'object' ? names[0] : names
  return name === undefined ? [] : [name]
}

function uris({ subjectAltName }: X509Certificate): string[] {
  const found: string[] = []
  for (const [, kind, value = ''] of (subjectAltName ?? '').matchAll(ALTERNATIVE_NAME)) {
    if (kind === 'URI') found.push(value.startsWith('"') ? (JSON.parse(value) as string) : value)
  }
  return found
}

const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

const MS_PER_SECOND = 1000

export interface CertificateFigures {
  readonly serial: string
  readonly expiryMs: number
}

/** @param pem the first of its certificates counts */
export function certificateFigures(pem: Buffer): CertificateFigures {
  const { serialNumber, validToDate } = new X509Certificate(pem)
  return { serial: serialNumber, expiryMs: validToDate.getTime() }
}

/** As fields of INFO. @param kind `server`, `client` or `ca` */
export function certificateFields(
  kind: string,
  figures: CertificateFigures | undefined,
  nowMs: number,
): Readonly<Record<string, string | number>> {
  const leftMs = figures === undefined ? 0 : Math.max(0, figures.expiryMs - nowMs)
  return {
    [`tls_${kind}_cert_serial`]: figures?.serial ?? 'none',
    [`tls_${kind}_cert_expires_in_seconds`]: Math.floor(leftMs / MS_PER_SECOND),
  }
}
