// One child process of the recovery bench: one kind of fault, on libwebrtc in Node, with gateways of its own.
import wrtc from '@roamhq/wrtc'
import { startGateway, type Gateway } from '../gateway/src/index.js'
import { videoSink, videoSource } from '../tools/node-media.js'
import { asChild } from './child.js'
import { bad, closeChannel, connect, cut, drop, kill, roomOf, type Stand } from './recovery-core.js'
import { jittered, measured, type RecoveryOrder } from './recovery-rounds.js'

const WARM_UP = 5

const { RTCPeerConnection, MediaStream } = wrtc

const nodeStand = async () => {
  const options = { relay: true, devExtensions: true }
  let gateway: Gateway = await startGateway(options)
  const { url, port } = gateway
  const session = (peer: string) => gateway.sessions().find((one) => one.peer === peer)?.connId
  const stand: Stand = {
    url,
    token: (peer) => gateway.token({ room: roomOf(peer), peer }),
    environment: { RTCPeerConnection, MediaStream },
    camera: () => {
      const source = videoSource({ width: 160, height: 120 }, 30)
      return { stream: new MediaStream([source.track]), stop: () => source.stop() }
    },
    screen: (track, onPicture) => {
      const sink = videoSink(track, onPicture)
      return () => sink.stop()
    },
    faults: {
      udp: (peer, fault) => gateway.faults.udp.set(fault, { peer }),
      drop: (peer) => fetch(`${url}/webrtc/conn/${session(peer)}`, { method: 'DELETE' }),
      closeChannel: (peer) => gateway.faults.closeChannels({ peer }),
      kill: () => gateway.close(),
      restart: async () => (gateway = await startGateway({ ...options, port })),
    },
    session,
  }
  return { stand, close: () => gateway.close() }
}

/** On a stand of its own, since a dead gateway is dead for all. */
const alone = async <T>(run: (stand: Stand) => Promise<T>): Promise<T> => {
  const { stand, close } = await nodeStand()
  try {
    return await run(stand)
  } finally {
    await close()
  }
}

asChild<RecoveryOrder, unknown[]>((order) =>
  alone(async (stand) => {
    for (let round = 0; round < WARM_UP; round += 1) await connect(stand, `warm-${round}`)
    switch (order.part) {
      case 'cut':
        return measured<unknown>(order, (peer) => cut(stand, peer, jittered(order.ms)))
      case 'kill':
        return measured<unknown>(order, (peer) => alone((own) => kill(own, peer, jittered(order.ms))))
      case 'bad':
        return measured<unknown>(order, (peer) => bad(stand, peer, { loss: 0.2, delayMs: 100 }, order.ms))
      case 'drop':
        return measured<unknown>(order, (peer) => drop(stand, peer))
      case 'channel':
        return measured<unknown>(order, (peer) => closeChannel(stand, peer))
    }
  }),
)
