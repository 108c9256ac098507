/** Operators by number: those that were found, and the one that an address names. */

import { shallowReactive, watch } from 'vue'

import { ApiError } from '@/api/errors'
import { getOperator } from '@/api/operators'
import type { Operator } from '@/api/types'
import { can, staff } from '@/state/staff'

const NOT_FOUND = 404

/** Number → name; null where there is none that this member of staff may see. */
const names = shallowReactive(new Map<string, string | null>())
const asked = new Set<string>()

// Somebody else may see other operators.
watch(
  () => staff.logIns,
  () => {
    names.clear()
    asked.clear()
  },
)

/** Whether there is a choice for whoever is logged in: others have one operator, their own. */
export function mayChooseOperator(): boolean {
  return staff.profile?.sees_platform_sums === true && can('operator.read')
}

/** The name once it is known; null for an operator that is not there. Asks once. */
export function operatorName(operatorNo: string): string | null | undefined {
  if (!names.has(operatorNo) && !asked.has(operatorNo) && can('operator.read')) {
    asked.add(operatorNo)
    void ask(operatorNo)
  }
  return names.get(operatorNo)
}

export function learnOperators(rows: readonly Operator[]): void {
  for (const row of rows) names.set(row.operator_no, row.name)
}

async function ask(operatorNo: string): Promise<void> {
  try {
    learnOperators([await getOperator(operatorNo)])
  } catch (reason) {
    if (!(reason instanceof ApiError)) throw reason
    if (reason.status === NOT_FOUND) names.set(operatorNo, null)
    // Otherwise the page itself tells what is wrong; the number is shown in the name's place.
  }
}
