import type { Lab } from '../lab.js'
import type { Target } from '../scenario.js'

const make = async ({ RTCPeerConnection }: Lab, add: (pc: RTCPeerConnection) => unknown) => {
  const pc = new RTCPeerConnection({})
  pc.createDataChannel('data')
  add(pc)
  const { sdp } = await pc.createOffer()
  pc.close()
  return sdp ?? ''
}

const made = new WeakMap<Lab, Promise<string>>()

/** An offer that is good but that nobody stands behind: enough for everything the server decides from the body alone. */
export const anyOffer = ({ lab }: Target): Promise<string> => {
  const known = made.get(lab) ?? make(lab, (pc) => pc.addTransceiver('audio', { direction: 'recvonly' }))
  made.set(lab, known)
  return known
}

/** One that receives as many videos as this, in every codec. */
export const wideOffer = ({ lab }: Target, lines: number) =>
  make(lab, (pc) => {
    for (let n = 0; n < lines; n++) pc.addTransceiver('video', { direction: 'recvonly' })
  })
