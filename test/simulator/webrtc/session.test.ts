import { inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { upkeepIs } from '../../../src/adapters/upkeep.js'
import { RealtimeSocket, RealtimeSocketState, StreamKinds, type IMediaGatewayConnector } from '../../../src/index.js'
import * as upkeep from '../../../src/upkeep/upkeep.js'
import { lines, NOTHING, shape, world, type World } from './world.js'

const offeredLines = (sdp: string) =>
  shape(sdp).map((line) => {
    const [kind, mid, direction] = line.split(' ')
    return { kind, mid, direction }
  })

interface Request {
  readonly type: string
  readonly req_id: number
  readonly request: string
  readonly data: { readonly sdp: string }
}

/** A gateway that is a simulated peer connection: answers offers, takes candidates, and answers what comes over the channel. */
const gatewayOf = ({ b, there }: World) => {
  const heard: unknown[] = []
  const answer = async (sdp: string) => {
    await b.setRemoteDescription({ type: 'offer', sdp })
    for (const { kind, mid, direction } of offeredLines(sdp)) {
      const transceiver = b.getTransceivers().find((one) => one.mid === mid)
      if (!transceiver || direction !== 'recvonly' || transceiver.sender.track) continue
      transceiver.direction = 'sendonly'
      await transceiver.sender.replaceTrack(there.track(kind as 'audio'))
    }
    await b.setLocalDescription()
    return b.localDescription?.sdp ?? ''
  }
  b.ondatachannel = ({ channel }) => {
    channel.addEventListener('message', async ({ data }) => {
      const text = typeof data === 'string' ? data : inflateSync(new Uint8Array(data)).toString()
      const { type, req_id, request, data: content } = JSON.parse(text) as Request
      if (type !== 'request') return heard.push(JSON.parse(text))
      const result = request === 'peer.updateSdp' ? { sdp: await answer(content.sdp) } : null
      channel.send(JSON.stringify({ type: 'answer', req_id, success: true, data: result }))
    })
  }
  const connector: IMediaGatewayConnector = {
    selectFromUrls: (urls) => Promise.resolve([urls].flat()[0] ?? ''),
    connect: async (_, { sdp }) => ({
      status: true,
      data: { node_id: 1, conn_id: 'one', sdp: await answer(sdp) },
      error: '',
    }),
    iceCandidate: (_, __, ___, { candidate }) => (candidate ? b.addIceCandidate(candidate) : undefined),
  }
  return { connector, heard }
}

test('a session connects, sends media and messages, renegotiates, and leaves nothing', async () => {
  // What posts candidates is loaded on use, in time that is not the world's.
  upkeepIs(upkeep)
  const stage = world()
  const { scheduler, here, random, b, until } = stage
  const { connector, heard } = gatewayOf(stage)
  const { RTCPeerConnection, MediaStream } = here
  const socket = new RealtimeSocket('https://gateway.example', {
    environment: { RTCPeerConnection, MediaStream, clock: scheduler.clock, random },
  })
  const stream = new MediaStream([here.track('audio'), here.track('video')])
  await until(
    socket.connect(connector, {
      roomId: 'room',
      peerId: 'alice',
      token: 'token',
      senders: [
        { name: 'audio_main', kind: StreamKinds.AUDIO, stream },
        { name: 'video_main', kind: StreamKinds.VIDEO, stream, simulcast: true },
      ],
      receivers: { audio: 1, video: 1 },
    }),
  )
  socket.send(JSON.stringify({ type: 'message', text: 'hello' }))
  await scheduler.pass(1_000)
  expect([socket.dcState, heard, b.connectionState]).toEqual([
    RealtimeSocketState.Connected,
    [{ type: 'message', text: 'hello' }],
    'connected',
  ])
  const flowing = (pc: RTCPeerConnection) =>
    pc
      .getReceivers()
      .filter(({ track }) => !track.muted)
      .map(({ track }) => track.kind)
  expect([flowing(b), here.peers.slice(1).map(flowing)]).toEqual([['audio', 'video'], [['audio', 'video']]])
  socket.createSenderTrack({
    name: 'video_screen',
    kind: StreamKinds.VIDEO,
    stream: new MediaStream([here.track('video')]),
  })
  await scheduler.pass(1_000)
  expect([flowing(b), lines(b)]).toEqual([
    ['audio', 'video', 'video'],
    '0:recvonly/recvonly 1:recvonly/recvonly 2:sendonly/sendonly 3:sendonly/sendonly 5:recvonly/recvonly',
  ])
  await until(socket[Symbol.asyncDispose]())
  expect([socket.dcState, here.peers.slice(1).map(({ connectionState }) => connectionState)]).toEqual([
    RealtimeSocketState.Closed,
    ['closed'],
  ])
  expect(await stage.close()).toEqual(NOTHING)
})
