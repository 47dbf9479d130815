/** Rule: something that holds for every module. */

import type { Report } from './report.ts'
import type { Subject } from './subject.ts'

export interface Rule {
  /** A word or two, by which exceptions are made. */
  readonly name: string
  /** A sentence of which the module is the subject. */
  readonly title: string
  /** Complains to the report; throws when the samples themselves are of no use. */
  check(subject: Subject, report: Report): Promise<void>
}
