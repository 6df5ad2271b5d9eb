import type { Json, Run, Scenario, Target } from '../scenario.js'
import { until } from './engine-tools.js'
import { inCall, Person, type Call } from './recovery-person.js'

/** A stopwatch that notes how long it took since it was made, or since the last note. */
const stopwatch = ({ lab }: Target, run: Run) => {
  const begun = lab.now()
  return (what: string) => run.note(`${what} ${Math.round(lab.now() - begun)} ms`)
}

/** The number in a connection id, which the server counts. */
const numberIn = (connId: string): number => {
  const claims = Buffer.from(connId.split('.')[1] ?? '', 'base64url').toString()
  return (JSON.parse(claims) as { conn_id: number }).conn_id
}

/** What is left of a call when all is over, as the same session or as another. */
const outcomeOf = async ({ alice, bob, heardOfAlice }: Call, run: Run): Promise<{ [key: string]: Json }> => {
  // The real server passes on what came in while it stood still, and a viewer may wait for the next key frame then.
  const media = await Promise.all([alice.sees(25_000), bob.sees(25_000)])
  alice.ask()
  const answers = await alice.answers()
  run.note(`alice heard ${alice.states.join(' ') || 'nothing'}`)
  return {
    media,
    answers,
    generations: [alice, bob].map(({ socket }) => socket.getSnapshot().generation),
    messages: await alice.accounted(),
    room: heardOfAlice(),
  }
}

/** A call whose path is cut on the side of alice: she asks something before anybody has noticed, and something after. */
const inHole = async (target: Target, run: Run, seconds: number) => {
  const { lab } = target
  const call = await inCall(target, run)
  const { alice, relay } = call
  const cut = lab.now()
  relay.cut()
  // One that the channel takes before anybody noticed, one that the engine keeps.
  alice.ask()
  const noticed = await alice.becomes('disconnected')
  alice.ask()
  const heals = async () => {
    await lab.pause(cut + seconds * 1_000 - lab.now())
    relay.heal()
    return stopwatch(target, run)
  }
  return { call, noticed, heals }
}

/** The path of alice is dead for so long. */
const hole =
  (seconds: number): Scenario['run'] =>
  async (target, run) => {
    const { call, noticed, heals } = await inHole(target, run, seconds)
    const { alice, bob } = call
    const after = await heals()
    const answered = alice.answers().then(() => after('answered'))
    const seen = alice.sees().then(() => after('decoded'))
    const back = await alice.becomes('connected')
    after('connected')
    await Promise.all([answered, seen])
    return { noticed, back, heard: [alice.heard, bob.heard], ...(await outcomeOf(call, run)) }
  }

/** The path of alice is dead for longer than any server keeps a session. */
const longHole =
  (seconds: number): Scenario['run'] =>
  async (target, run) => {
    const { call, heals } = await inHole(target, run, seconds)
    const { alice, bob } = call
    await alice.becomes('reconnecting')
    const after = await heals()
    const back = await alice.becomes('connected')
    after('connected')
    // Of the two questions the first was lost with the session, and nobody answers it any more.
    const media = await Promise.all([alice.sees(25_000), bob.sees(25_000)])
    const another = alice.socket.getSnapshot().generation > 1
    return { back, heard: [alice.heard, bob.heard], media, another, messages: await alice.accounted() }
  }

/** The server stands still for so long: neither UDP nor HTTP, of both. */
const frozen =
  (seconds: number): Scenario['run'] =>
  async (target, run) => {
    const { lab } = target
    const victim = await target.victim(run)
    const call = await inCall({ ...target, url: victim.url }, run)
    const { alice, bob } = call
    victim.freeze()
    alice.ask()
    await alice.becomes('disconnected')
    alice.ask()
    await lab.pause(seconds * 1_000)
    victim.thaw()
    const after = stopwatch(target, run)
    const answered = alice.answers().then(() => after('answered'))
    const back = await Promise.all([alice.becomes('connected'), bob.becomes('connected')])
    after('connected')
    await answered
    return { back, heard: [alice.heard, bob.heard], ...(await outcomeOf(call, run)) }
  }

/** So many sockets of one peer, one after the other, none of which is closed. */
const joins =
  (count: number): Scenario['run'] =>
  async (target, run) => {
    const people: Person[] = []
    for (let number = 0; number < count; number += 1) {
      const person = new Person(target, run, 'alice')
      people.push(person)
      await person.connects()
      person.listens()
    }
    // None that was kicked stays unnoticed for so long.
    const settled = await until(target, () => people.every(({ rested }) => rested > 8_000), 60_000)
    for (const person of people) person.ask()
    const answers = await Promise.all(people.map((person) => person.answers()))
    return { settled, heard: people.map(({ heard }) => heard), answers }
  }

const scenarios: Record<string, Scenario['run']> = {
  'a hole of 60 s, after which the session is gone': longHole(60),
  'a hole of 45 s': hole(45),
  'a hole of 25 s': hole(25),
  'a hole of 12 s': hole(12),
  'another address behind the address translation': async (target, run) => {
    const call = await inCall(target, run)
    const { alice, bob, relay } = call
    alice.ask()
    await alice.answers()
    await relay.rebind()
    alice.ask()
    const after = stopwatch(target, run)
    await alice.answers()
    after('answered')
    await alice.sees()
    after('decoded')
    // Whether it was noticed depends on when the next ping was due.
    const heard = ['', 'disconnected connected'].includes(alice.heard)
    return { heard, bob: bob.heard, ...(await outcomeOf(call, run)) }
  },
  'a server that was killed and is back': async (target, run) => {
    const victim = await target.victim(run)
    const call = await inCall({ ...target, url: victim.url }, run)
    const { alice, bob } = call
    await victim.kill()
    alice.send()
    const noticed = await Promise.all([alice.becomes('disconnected'), bob.becomes('disconnected')])
    alice.ask()
    await victim.restart()
    const after = stopwatch(target, run)
    const back = await Promise.all([alice.becomes('connected'), bob.becomes('connected')])
    after('connected')
    await Promise.all([alice.sees(), bob.sees()])
    after('decoded')
    const numbers = (generation: number) => [alice, bob].map(({ connIds }) => numberIn(connIds[generation] ?? ''))
    const idsStartOver = Math.min(...numbers(1)) <= Math.max(...numbers(0))
    const { room: _, ...outcome } = await outcomeOf(call, run)
    return { idsStartOver, noticed, back, heard: [alice.heard, bob.heard], ...outcome }
  },
  'a server that stood still for 6 s': frozen(6),
  'a server that stood still for 25 s': frozen(25),
  'the server ends a session, and tells nobody': async (target, run) => {
    const call = await inCall(target, run)
    const { alice, bob } = call
    const { status } = await target.lab.http(`${target.url}/webrtc/conn/${alice.connIds[0]}`, { method: 'DELETE' })
    const after = stopwatch(target, run)
    const noticed = await alice.becomes('reconnecting')
    after('noticed')
    alice.ask()
    const back = await alice.becomes('connected')
    after('connected')
    await alice.sees()
    after('decoded')
    // At the real server a viewer who stays mostly sees nothing of who came again, whatever client it has.
    run.note(`bob ${(await bob.sees(3_000)) ? 'sees her' : 'has to look again'}`)
    await bob.looksAgain()
    return { status, noticed, back, heard: [alice.heard, bob.heard], ...(await outcomeOf(call, run)) }
  },
  'the same peer joins twice': joins(2),
  'the same peer joins three times': joins(3),
}

/** The library itself, when the path or the session is gone: what becomes of it must not depend on the gateway. */
export const recoveryScenarios: readonly Scenario[] = Object.entries(scenarios).map(([name, run]) => ({
  name: `recovery/${name}`,
  together: true,
  timeoutMs: 110_000,
  run,
}))
