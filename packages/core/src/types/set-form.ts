/**
 * Form of a set: what Valkey would keep it as. OBJECT ENCODING answers with it, and the `set-max-*` parameters decide
 * about it when a member comes; a set that becomes smaller keeps its form. How it is kept here may differ when it is
 * large.
 */

import type { CollectionLimits } from './collection-limits.ts'

export const FORM_INTSET = 0
export const FORM_LISTPACK = 1
export const FORM_HASHTABLE = 2
export type SetForm = typeof FORM_INTSET | typeof FORM_LISTPACK | typeof FORM_HASHTABLE

export const SET_FORM_NAMES: readonly string[] = ['intset', 'listpack', 'hashtable']

/** The form of a new set that is to get `expected` members, the first one a number or not. */
export function formOfNew(isNumber: boolean, expected: number, limits: CollectionLimits): SetForm {
  if (isNumber && expected <= limits.setIntsetEntries) return FORM_INTSET
  return expected <= limits.setEntries ? FORM_LISTPACK : FORM_HASHTABLE
}

/** The form of a set that is to get up to `expected` more members: how many it has already does not count. */
export function formExpecting(form: SetForm, expected: number, limits: CollectionLimits): SetForm {
  if (form === FORM_INTSET && expected > limits.setIntsetEntries) return FORM_HASHTABLE
  return form === FORM_LISTPACK && expected > limits.setEntries ? FORM_HASHTABLE : form
}

/**
 * The form after a member has come.
 * @param size members before
 * @param length of the member, bytes
 * @param widest of the numbers of an intset to which something else comes: as text, bytes
 */
export function formWith(
  form: SetForm,
  size: number,
  isNumber: boolean,
  length: number,
  widest: number,
  limits: CollectionLimits,
): SetForm {
  if (form === FORM_INTSET && isNumber) return size < limits.setIntsetEntries ? FORM_INTSET : FORM_HASHTABLE
  if (form === FORM_HASHTABLE || size >= limits.setEntries || length > limits.setValueBytes) return FORM_HASHTABLE
  return form === FORM_INTSET && widest > limits.setValueBytes ? FORM_HASHTABLE : FORM_LISTPACK
}
