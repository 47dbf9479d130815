// What holds for every module; the requests follow from the declarations.
import { test } from 'node:test'
import { conformance } from '@kvasir/testkit'
import ratelimit from '../dist/index.js'

conformance(test, ratelimit, { values: { ratelimit: ['RL.TAKE key 5 60000'] } })
