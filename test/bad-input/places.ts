import { RealtimeSocketState as State } from '../../src/index.js'
import { usualAnswer } from '../doubles/gateway.js'
import { DoublesSubject } from './doubles-subject.js'
import { CALLS } from './facade-calls.js'

const CONNECT = CALLS[0]!

/** A socket in one of its states, and how whatever was held up goes on. */
export interface Place {
  readonly subject: DoublesSubject
  release(): void
}

const begun = (release: () => void = () => {}, subject = new DoublesSubject()): Place => ({ subject, release })

/** A connect that stays where this call of a double is awaited. */
const heldAt = async (name: string): Promise<Place> => {
  const place = begun()
  const { subject } = place
  const release = subject.stage.calls.hold(name)
  subject.call(CONNECT)
  await subject.stage.clock.pass(0)
  return { ...place, release }
}

const connected = async (): Promise<Place> => {
  const place = begun()
  place.subject.call(CONNECT)
  await place.subject.stage.clock.pass(100)
  return place
}

/** Every state in which a call may find a socket. */
export const PLACES: Record<string, () => Promise<Place>> = {
  created: async () => begun(),
  'selecting a gateway': () => heldAt('gateway.selectFromUrls'),
  offering: () => heldAt('pc.createOffer'),
  'awaiting the answer': () => heldAt('gateway.connect'),
  'applying the answer': () => heldAt('pc.setRemoteDescription'),
  establishing: async () => {
    const place = begun()
    const { stage } = place.subject
    stage.network.transport = false
    place.subject.call(CONNECT)
    await stage.clock.pass(100)
    return place
  },
  'opening the channel': async () => {
    const place = begun()
    const { stage } = place.subject
    stage.network.channel = false
    place.subject.call(CONNECT)
    await stage.clock.pass(100)
    return place
  },
  connected,
  'connected, with a round under way': async () => {
    const place = await connected()
    const { stage, socket, receivers } = place.subject
    stage.gateway.answerRequest = () => undefined
    for (const id of ['one', 'two']) receivers.set(id, socket.createReceiverTrack(id, 'video'))
    await stage.clock.pass(10)
    return { ...place, release: () => (stage.gateway.answerRequest = usualAnswer) }
  },
  'connected, with a round by hand': async () => {
    const place = await connected()
    const { subject } = place
    subject.call(CALLS.find(({ name }) => name === 'generateOffer')!)
    await subject.stage.clock.pass(10)
    return place
  },
  failed: async () => {
    const place = begun()
    const { stage } = place.subject
    stage.calls.failNext('gateway.connect', 'rejects')
    place.subject.call(CONNECT)
    await stage.clock.pass(100)
    return place
  },
  'closed, with a farewell under way': async () => {
    const place = await heldAt('gateway.connect')
    place.subject.socket.close()
    await place.subject.stage.clock.pass(10)
    return place
  },
  closed: async () => {
    const place = await connected()
    place.subject.socket.close()
    await place.subject.stage.clock.pass(100)
    return place
  },
}

/** The outward state of each place. */
export const STATE_OF: Record<string, State> = Object.fromEntries(
  Object.keys(PLACES).map((name) => {
    const first = name.split(/[ ,]/)[0] as State
    return [name, (Object.values(State) as string[]).includes(first) ? first : State.Connecting]
  }),
)
