import type { PeerConfig, RTCPeerConnection } from 'werift'

type StunFilter = NonNullable<PeerConfig['iceFilterStunResponse']>

/** As `iceFilterStunResponse`: hears every connectivity check, also of the client's next address, and lets all pass. */
export const hearRequests =
  (onHeard: () => void): StunFilter =>
  () => {
    onHeard()
    return true
  }

/** Hears media and data. Has to be called after `setRemoteDescription`, where transports are made. */
export const hearData = (pc: RTCPeerConnection, onHeard: () => void): void => {
  for (const { connection } of pc.iceTransports) connection.onData.subscribe(onHeard)
}

/**
 * werift 0.25.2 as ICE-lite sends no checks and so keeps a silent client for ever. Calls back once for each limit that the
 * silence passes; hearing the client again starts over.
 */
export const watchSilence = (limits: readonly { ms: number; act: () => void }[], onReturn: () => void) => {
  let heardAt = performance.now()
  let passed = 0
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    const silence = performance.now() - heardAt
    while (passed < limits.length && silence >= (limits[passed]?.ms ?? 0)) limits[passed++]?.act()
    const next = limits[passed]
    timer = next && setTimeout(look, Math.max(1, next.ms - silence))
  }
  look()
  return {
    heard: (): void => {
      heardAt = performance.now()
      // what still arrives while the session ends is no return
      if (passed === 0 || stopped) return
      passed = 0
      clearTimeout(timer)
      look()
      onReturn()
    },
    silentFor: (): number => performance.now() - heardAt,
    stop: (): void => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
