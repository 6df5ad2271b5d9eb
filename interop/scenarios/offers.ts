import wrtc from '@roamhq/wrtc'

const make = async (add: (pc: RTCPeerConnection) => unknown) => {
  const pc = new wrtc.RTCPeerConnection({})
  pc.createDataChannel('data')
  add(pc)
  const { sdp } = await pc.createOffer()
  pc.close()
  return sdp ?? ''
}

let made: Promise<string> | undefined

/** An offer that is good but that nobody stands behind: enough for everything the server decides from the body alone. */
export const anyOffer = () => (made ??= make((pc) => pc.addTransceiver('audio', { direction: 'recvonly' })))

/** One that receives as many videos as this, in every codec. */
export const wideOffer = (lines: number) =>
  make((pc) => {
    for (let n = 0; n < lines; n++) pc.addTransceiver('video', { direction: 'recvonly' })
  })
