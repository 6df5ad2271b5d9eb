import type { Connection } from './connection.js'
import type { Description } from './section.js'

/**
 * A remote description in which every line has a mid (JSEP 5.10): who knows no mids answers in the order of the offer,
 * and what such a one offers is numbered.
 */
export const associatedLines = (
  connection: Connection,
  description: Description,
  offer: Description | undefined,
): Description => {
  if (description.sections.every(({ mid }) => mid !== '')) return description
  const taken = new Set(description.sections.map(({ mid }) => mid))
  const fresh = (): string => {
    for (;;) {
      const mid = String(connection.mids)
      connection.mids += 1
      if (!taken.has(mid)) return mid
    }
  }
  const sections = description.sections.map((section, at) =>
    section.mid === '' ? { ...section, mid: offer?.sections[at]?.mid ?? fresh() } : section,
  )
  return { ...description, sections }
}
