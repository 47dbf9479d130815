import { X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { pem } from './_test-tls.ts'
import { userNames } from './certificate.ts'

const certificate = (name: string): X509Certificate => new X509Certificate(pem(`${name}.crt`))

it('names users by the common name, by every URI, or not at all', () => {
  expect(userNames(certificate('client'), 'CN')).toEqual(['alice'])
  expect(userNames(certificate('client'), 'URI')).toEqual(['urn:kvasir:nobody', 'urn:kvasir:bob'])
  expect(userNames(certificate('client'), 'off')).toEqual([])
  expect(userNames(certificate('server'), 'URI')).toEqual([])
})

it('takes a URI that looks like two for one', () => {
  expect(userNames(certificate('sly'), 'URI')).toEqual(['urn:a, URI:urn:kvasir:bob'])
})
