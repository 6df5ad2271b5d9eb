import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { answerAsDtlsServer } from '../src/workarounds/answer-as-dtls-server.js'
import { closeSilently } from '../src/workarounds/close-silently.js'
import { ignorePortZero } from '../src/workarounds/ignore-port-zero.js'
import { quietSctpHeartbeat } from '../src/workarounds/quiet-sctp-heartbeat.js'
import { sendFrame } from '../src/workarounds/send-empty-frame.js'
import { skipFinishedRecord } from '../src/workarounds/skip-finished-record.js'
import { restartIce } from '../src/workarounds/restart-ice.js'
import { joinSections, splitSections } from '../src/sdp/offer.js'
import { join } from './support/client.js'
import { started } from './support/gateway.js'
import { camera, microphone, sees } from './support/media.js'
import { connectedPair, offerOf, rawAnswer, twoLineClient } from './support/raw-werift.js'

test('DTLS role: werift answers as client, told otherwise as server', async () => {
  const { sdp, offer } = await offerOf(twoLineClient())
  expect((await rawAnswer(sdp)).answer).toContain('a=setup:active')
  expect((await rawAnswer(sdp, (server) => answerAsDtlsServer(server, offer))).answer).toContain('a=setup:passive')
  const passive = { ...offer, session: [...offer.session, 'a=setup:passive'] }
  expect((await rawAnswer(sdp, (server) => answerAsDtlsServer(server, passive))).answer).toContain('a=setup:active')
})

test('ICE restart: werift loses its path and never starts again; kept and started, it goes on', async () => {
  const { server, negotiate, push } = await connectedPair(answerAsDtlsServer)
  const [transport] = server.iceTransports
  const pair = transport?.connection.nominated
  const restart = restartIce(server)
  const seen: unknown[] = []
  const look = () => seen.push([transport?.connection.nominated === pair, transport?.state])
  await negotiate(
    { iceRestart: true },
    {
      remote: () => {
        look()
        restart.keepPath()
        look()
      },
      local: () => {
        look()
        restart.start()
      },
    },
  )
  expect(seen).toEqual([
    [false, 'new'],
    [true, 'new'],
    [true, 'completed'],
  ])
  await expect.poll(() => transport?.state).toBe('connected')
  await push()
})

test('ICE restart through the channel gives new credentials, and requests go on', async () => {
  const gateway = await started()
  const client = await join(gateway, { peer: 'peer', lines: [{ receive: 'audio' }] })
  const begin = performance.now()
  const answer = await client.updateSdp([], { iceRestart: true })
  expect(performance.now() - begin).toBeLessThan(500)
  const ufrag = (sdp: string) => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1]
  const restarted = answer.data?.sdp as string
  expect(ufrag(restarted)).not.toBe(ufrag(client.answerSdp))
  expect(restarted).toContain(` ufrag ${ufrag(restarted)}`)
  expect(restarted).not.toContain(` ufrag ${ufrag(client.answerSdp)}`)
  expect(await client.request('room.unsubscribe', { peer: 'nobody' })).toMatchObject({ success: false })
  await expect.poll(() => client.pc.iceConnectionState).toMatch(/connected|completed/)
})

test('after an ICE restart the client is still followed', async () => {
  const gateway = await started({ relay: true })
  const client = await join(gateway, { peer: 'peer' })
  await client.updateSdp([], { iceRestart: true })
  await gateway.faults.udp.rebind()
  const begin = performance.now()
  await client.request('room.unsubscribe', { peer: 'nobody' })
  expect(performance.now() - begin).toBeLessThan(4_000)
})

test('lines of port 0: werift refuses them, bundle-only or stopped, and the gateway looks at their direction', async () => {
  const { sdp } = await offerOf(twoLineClient())
  const bundleOnly = (text: string) =>
    joinSections(
      splitSections(text).map((lines, index) =>
        index < 2 ? lines : [(lines[0] ?? '').replace(/^(m=\S+) \d+/, '$1 0'), 'a=bundle-only', ...lines.slice(1)],
      ),
    )
  expect((await rawAnswer(bundleOnly(sdp))).answer).toMatch(/^m=video 0 /m)
  expect(ignorePortZero(['m=video 0 X 96', 'a=bundle-only', 'a=mid:1'])).toEqual(['m=video 9 X 96', 'a=mid:1'])
  expect(ignorePortZero(['m=video 0 X 96', 'a=mid:1'])).toEqual(['m=video 9 X 96', 'a=mid:1'])

  const gateway = await started()
  const lines = [{ receive: 'audio' }, { receive: 'video' }] as const
  const client = await join(gateway, { peer: 'peer', lines, editOffer: bundleOnly })
  expect(client.answerSdp).not.toMatch(/^m=\S+ 0 /m)
  expect(await client.request('receiver.disconnect', { id: 'video_0' })).toMatchObject({ success: true })
})

test('SCTP heartbeat: werift beats every 30 s, silenced it does not', async () => {
  const { server } = await connectedPair(answerAsDtlsServer)
  const sctp = server.sctpTransport?.sctp as unknown as { heartbeatInterval: number }
  expect(sctp.heartbeatInterval).toBe(30)
  quietSctpHeartbeat(server)
  expect(sctp.heartbeatInterval).toBeGreaterThan(86_400)
})

test('a client whose address changes is followed, with channel and media', async () => {
  const gateway = await started({ relay: true })
  await join(gateway, {
    peer: 'p',
    lines: [
      { send: camera(100), name: 'camera' },
      { send: microphone(), name: 'microphone' },
    ],
  })
  const viewer = await join(gateway, { peer: 'v', lines: [{ receive: 'video' }] })
  await viewer.switch('video_0', 'p', 'camera')
  await sees(viewer.track('video'), 100)
  await gateway.faults.udp.rebind({ peer: 'v' })
  const begin = performance.now()
  await viewer.request('room.unsubscribe', { peer: 'nobody' })
  await sees(viewer.track('video'), 100)
  expect(performance.now() - begin).toBeLessThan(4_000)
})

test('closing: werift tells the client at once, silenced it does not', async () => {
  const closeOf = async (close: (pair: Awaited<ReturnType<typeof connectedPair>>) => Promise<void>) => {
    const pair = await connectedPair(answerAsDtlsServer)
    const closed = new Promise<string>((resolve) => pair.channel.addEventListener('close', () => resolve('told')))
    await close(pair)
    return Promise.race([closed, wait(500, 'not told')])
  }
  expect(await closeOf(({ server }) => server.close())).toBe('told')
  expect(await closeOf(({ server }) => closeSilently(server))).toBe('not told')
})

test('the eighth message of werift is lost and comes a second later, unless its number is skipped', async () => {
  const slowest = async (prepare: typeof answerAsDtlsServer) => {
    const { push } = await connectedPair(prepare)
    let longest = 0
    for (let count = 0; count < 12; count++) longest = Math.max(longest, await push())
    return longest
  }
  expect(await slowest(answerAsDtlsServer)).toBeGreaterThan(800)
  const skipping: typeof answerAsDtlsServer = (pc, offer) => {
    answerAsDtlsServer(pc, offer)
    for (const transport of pc.dtlsTransports) skipFinishedRecord(transport)
  }
  expect(await slowest(skipping)).toBeLessThan(400)

  const gateway = await started()
  for (const unanswered of [0, 1]) {
    const client = await join(gateway, { peer: `peer${unanswered}` })
    // acknowledgements take every other number; an unanswered request moves the answers to the others
    if (unanswered) client.send({ type: 'event' })
    for (let count = 0; count < 6; count++) {
      const begin = performance.now()
      await client.request('room.unsubscribe', { peer: 'nobody' })
      expect(performance.now() - begin).toBeLessThan(400)
    }
  }
})

test('an empty frame of werift blocks all that follow, unless it is sent as the byte that stands for it', async () => {
  const heard = async (send: typeof sendFrame) => {
    const { server, channel, remote } = await connectedPair(answerAsDtlsServer)
    const frames: unknown[] = []
    channel.addEventListener('message', ({ data }) => frames.push(data))
    for (const frame of ['a', '', 'b']) send(server, remote, frame)
    await Promise.race([expect.poll(() => frames.at(-1)).toBe('b'), wait(500)]).catch(() => undefined)
    return frames
  }
  expect(await heard((_server, remote, frame) => void remote.send(frame))).toEqual(['a'])
  expect(await heard(sendFrame)).toEqual(['a', '', 'b'])
})
