import { read } from '../transport/candidates.js'
import type { Connection } from './connection.js'
import { plain, refusal } from './errors.js'
import { operation } from './operations.js'
import { withRemoteCandidate } from './sdp-write.js'
import type { Description } from './section.js'

type Init = RTCIceCandidateInit

const unusable = (): DOMException => refusal('OperationError', 'Error processing ICE candidate')

/** Which line a candidate is of (addIceCandidate, steps 4.2 and 4.3). */
const lineOf = ({ sections }: Description, { sdpMid, sdpMLineIndex }: Init): number => {
  if (typeof sdpMid === 'string') return sections.findIndex(({ mid }) => mid === sdpMid)
  return typeof sdpMLineIndex === 'number' && sdpMLineIndex < sections.length ? sdpMLineIndex : -1
}

/** Step 4.4: its username fragment is one of the remote descriptions'. */
const isOfGeneration = ({ descriptions }: Connection, ufrag: string): boolean =>
  [descriptions.currentRemote, descriptions.pendingRemote].some((one) =>
    one?.sections.some(({ ice }) => ice?.ufrag === ufrag),
  )

/** Keeps the candidate with its description, where the application reads it. */
const keep = ({ descriptions }: Connection, at: number, ufrag: string, line: string): void => {
  for (const name of ['currentRemote', 'pendingRemote'] as const) {
    const description = descriptions[name]
    if (description?.sections[at]?.ice?.ufrag !== ufrag) continue
    descriptions[name] = { ...description, sdp: withRemoteCandidate(description.sdp, at, `a=${line}`) }
  }
}

const add = (connection: Connection, init: Init): void => {
  const { candidate = '', usernameFragment } = init
  const { remote, quirks } = connection
  const end = candidate === ''
  if (end && quirks.ignoresEarlyEnd) return
  if (!remote) throw refusal('InvalidStateError', 'The remote description was null')
  const anywhere = end && (init.sdpMid ?? null) === null && (init.sdpMLineIndex ?? null) === null
  const nowhere = (init.sdpMid ?? null) === null && (init.sdpMLineIndex ?? null) === null
  const at = anywhere || (nowhere && quirks.noLineIsFirst) ? 0 : lineOf(remote, init)
  const section = remote.sections[at]
  if (!section) throw unusable()
  const known = end ? undefined : read(candidate)
  if (!end && known === undefined) throw unusable()
  const ufrag = usernameFragment ?? (typeof known === 'object' ? known.ufrag : undefined) ?? section.ice?.ufrag ?? ''
  if (!isOfGeneration(connection, ufrag)) {
    if (quirks.ignoresUnknownUfrag) return
    throw unusable()
  }
  // The end of a generation changes nothing for an agent that goes on checking.
  if (end) return
  connection.path.add(candidate, ufrag)
  keep(connection, at, ufrag, candidate.replace(/^a=/, ''))
}

/** Whether it is a text that is no candidate. */
const unread = ({ candidate = '' }: Init): boolean => candidate !== '' && read(candidate) === undefined

/** addIceCandidate (webrtc-pc 4.4.2). */
export const addIceCandidate = (connection: Connection, given: Init | null | undefined): Promise<void> => {
  const init = given ?? {}
  const { candidate, sdpMid, sdpMLineIndex } = init
  // Step 3.
  if (candidate && (sdpMid ?? null) === null && (sdpMLineIndex ?? null) === null && !connection.quirks.candidateError)
    return Promise.reject(new TypeError('Candidate missing values for both sdpMid and sdpMLineIndex'))
  const { candidateError, lacksStats } = connection.quirks
  if (lacksStats && connection.closed) return new Promise(() => {})
  return operation(connection, () => {
    if (connection.refused && init.candidate) connection.descriptions.pendingLocal = connection.refused
    try {
      add(connection, init)
    } catch (error) {
      throw candidateError && !unread(init)
        ? plain((error as Error).message)
        : candidateError
          ? new TypeError('unreadable')
          : error
    }
  })
}
