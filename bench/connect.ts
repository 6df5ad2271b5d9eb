import wrtc from '@roamhq/wrtc'
import { startGateway, type Gateway } from '../gateway/src/index.js'
import { videoSource } from '../tools/node-media.js'
import { MediaGatewayConnector, RealtimeSocket, StreamKinds } from '../src/index.js'
import { inChild } from './child.js'
import type { ChildOrder, Contestant, Measured } from './connect-child.js'
import { median, quantile, rounded } from './statistics.js'

const BARS = { openOverMs: 3, frameRatio: 1.05, controlMs: 1.5 }
/** Three connects a round, warm-up included: a child makes at most 99. The warm-up is the JIT's, for all three alike. */
const ROUNDS_A_CHILD = 20
const WARM_UP = 13

type Round = Record<Contestant, Measured>

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

interface Options {
  readonly rounds: number
  readonly json: boolean
}

const CONTESTANTS: readonly Contestant[] = ['engine', 'minimal', 'control']

/** Rounds of one kind, in as many children as it takes. */
const measure = async (gateway: Gateway, frames: boolean, { rounds, json }: Options): Promise<Round[]> => {
  const room = 'bench'
  const all: Round[] = []
  const order = {
    url: gateway.url,
    room,
    token: gateway.token({ room }),
    source: { peer: 'publisher', stream: 'video' },
  }
  while (all.length < rounds) {
    const left = Math.min(ROUNDS_A_CHILD, rounds - all.length)
    all.push(
      ...(await inChild<ChildOrder, Round[]>('connect-child.ts', { ...order, rounds: left, warmUp: WARM_UP, frames })),
    )
    if (!json) process.stderr.write(`${frames ? 'first frame' : 'channel open'}: ${all.length} of ${rounds} rounds\n`)
  }
  return all
}

/** Medians of one figure; both runs of the minimal client together: twice the sample, half the noise. */
const compared = (all: readonly Round[], what: keyof Measured) => {
  const of = (who: Contestant) => all.map((round) => round[who][what] ?? Number.NaN)
  const minimal = median([...of('minimal'), ...of('control')])
  return {
    rows: CONTESTANTS.map((who) => ({
      figure: what === 'open' ? 'channel open' : 'first frame',
      client: who === 'control' ? 'minimal again (control)' : who,
      medianMs: rounded(median(of(who))),
      p90Ms: rounded(quantile(of(who), 0.9)),
    })),
    overMs: rounded(median(of('engine')) - minimal),
    ratio: rounded(median(of('engine')) / minimal, 3),
    controlMs: rounded(Math.abs(median(of('minimal')) - median(of('control')))),
  }
}

/**
 * Engine against a minimal client, paired, with the minimal client against itself as control. Channel open is measured
 * connect after connect; the first frame with a rest before each, see there.
 */
export const connectBench = async (options: Options): Promise<boolean> => {
  const gateway = await startGateway()
  const unpublish = await publish(gateway, 'bench')
  let open: ReturnType<typeof compared>
  let frame: ReturnType<typeof compared>
  let rested: ReturnType<typeof compared>
  try {
    open = compared(await measure(gateway, false, options), 'open')
    const withFrames = await measure(gateway, true, options)
    frame = compared(withFrames, 'frame')
    rested = compared(withFrames, 'open')
  } finally {
    await unpublish()
    await gateway.close()
  }
  const valid = open.controlMs <= BARS.controlMs && frame.controlMs <= BARS.controlMs
  const passed = valid && open.overMs <= BARS.openOverMs && frame.ratio <= BARS.frameRatio
  const figures = {
    rounds: options.rounds,
    openOverMs: open.overMs,
    openOverAfterRestMs: rested.overMs,
    frameRatio: frame.ratio,
    controlMs: { open: open.controlMs, frame: frame.controlMs },
    bars: BARS,
    valid,
    passed,
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ ...figures, table: [...open.rows, ...frame.rows] })}\n`)
  else {
    console.table([...open.rows, ...frame.rows])
    console.log(
      `control: medians differ by ${open.controlMs} ms (open) and ${frame.controlMs} ms (frame), bar ${BARS.controlMs}: ${valid ? 'valid' : 'VOID, the machine is too noisy'}`,
    )
    console.log(`connect to channel open: engine ${open.overMs} ms over, bar ${BARS.openOverMs}`)
    console.log(`  (after a rest of 350 ms, when caches are cold: ${rested.overMs} ms over)`)
    console.log(`first decoded frame: ${frame.ratio} x, bar ${BARS.frameRatio}`)
    console.log(passed ? 'passed' : 'FAILED')
  }
  return passed
}
