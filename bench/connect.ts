import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import wrtc from '@roamhq/wrtc'
import { startGateway, type Gateway } from '../gateway/src/index.js'
import { videoSource } from '../tools/node-media.js'
import { MediaGatewayConnector, RealtimeSocket, StreamKinds } from '../src/index.js'
import type { ChildOrder, Contestant, Measured } from './connect-child.js'
import { median, quantile, rounded } from './statistics.js'

const BARS = { openOverMs: 3, frameRatio: 1.05, controlMs: 1.5 }
/** Three connects a round, warm-up included: a child makes at most 99. The warm-up is the JIT's, for all three alike. */
const ROUNDS_A_CHILD = 23
const WARM_UP = 10

type Round = Record<Contestant, Measured>

/** A fresh process each: libwebrtc slows down with the connections that a process has had. */
const child = (order: ChildOrder): Promise<Round[]> =>
  new Promise((resolve, reject) => {
    // The production build of the state machine, as applications have it.
    const process_ = fork(fileURLToPath(new URL('connect-child.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
    })
    process_.once('message', (rounds) => resolve(rounds as Round[]))
    process_.once('error', reject)
    process_.once('exit', (code) => code !== 0 && reject(new Error(`a child ended with ${code}`)))
    process_.send(order)
  })

const publish = async (gateway: Gateway, room: string) => {
  const { RTCPeerConnection, MediaStream } = wrtc
  const source = videoSource({ width: 320, height: 240 }, 30)
  const publisher = new RealtimeSocket(gateway.url, { environment: { RTCPeerConnection, MediaStream } })
  await publisher.connect(new MediaGatewayConnector(), {
    roomId: room,
    peerId: 'publisher',
    token: gateway.token({ room }),
    senders: [{ name: 'video', kind: StreamKinds.VIDEO, stream: new MediaStream([source.track]) }],
  })
  return async () => {
    source.stop()
    await publisher[Symbol.asyncDispose]()
  }
}

/** Engine against a minimal client, paired, with the minimal client against itself as control. */
export const connectBench = async ({ rounds, json }: { rounds: number; json: boolean }): Promise<boolean> => {
  const gateway = await startGateway()
  const room = 'bench'
  const unpublish = await publish(gateway, room)
  const all: Round[] = []
  try {
    while (all.length < rounds) {
      const order = {
        url: gateway.url,
        room,
        token: gateway.token({ room }),
        source: { peer: 'publisher', stream: 'video' },
      }
      all.push(...(await child({ ...order, rounds: Math.min(ROUNDS_A_CHILD, rounds - all.length), warmUp: WARM_UP })))
      if (!json) process.stderr.write(`${all.length} of ${rounds} rounds\n`)
    }
  } finally {
    await unpublish()
    await gateway.close()
  }
  const of = (who: Contestant, what: keyof Measured) => all.map((round) => round[who][what])
  const table = (['engine', 'minimal', 'control'] as const).map((who) => ({
    client: who === 'control' ? 'minimal again (control)' : who,
    openMs: rounded(median(of(who, 'open'))),
    openP90: rounded(quantile(of(who, 'open'), 0.9)),
    frameMs: rounded(median(of(who, 'frame'))),
    frameP90: rounded(quantile(of(who, 'frame'), 0.9)),
  }))
  // Both runs of the minimal client together: twice the sample, half the noise.
  const minimal = (what: keyof Measured) => median([...of('minimal', what), ...of('control', what)])
  const openOverMs = rounded(median(of('engine', 'open')) - minimal('open'))
  const frameRatio = rounded(median(of('engine', 'frame')) / minimal('frame'), 3)
  const controlMs = rounded(Math.abs(median(of('minimal', 'open')) - median(of('control', 'open'))))
  const controlFrameMs = rounded(Math.abs(median(of('minimal', 'frame')) - median(of('control', 'frame'))))
  const valid = controlMs <= BARS.controlMs && controlFrameMs <= BARS.controlMs
  const passed = valid && openOverMs <= BARS.openOverMs && frameRatio <= BARS.frameRatio
  const figures = { rounds: all.length, openOverMs, frameRatio, controlMs, controlFrameMs, bars: BARS, valid, passed }
  if (json) process.stdout.write(`${JSON.stringify({ ...figures, table })}\n`)
  else {
    console.table(table)
    console.log(
      `control: medians differ by ${controlMs} ms (open) and ${controlFrameMs} ms (frame), bar ${BARS.controlMs}: ${valid ? 'valid' : 'VOID, the machine is too noisy'}`,
    )
    console.log(`connect to channel open: engine ${openOverMs} ms over, bar ${BARS.openOverMs}`)
    console.log(`first decoded frame: ${frameRatio} x, bar ${BARS.frameRatio}`)
    console.log(passed ? 'passed' : 'FAILED')
  }
  return passed
}
