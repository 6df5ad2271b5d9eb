import type { SocketCommand } from '../../src/index.js'
import { addButton, byId, said } from './dom.js'
import type { OwnSession } from './own-session.js'
import { publishPattern } from './publishing.js'
import { say } from './talk.js'

/** What each command does when its button is pressed. */
const acts = (session: OwnSession): Readonly<Record<SocketCommand, () => unknown>> => {
  const { socket } = session
  let offered: RTCSessionDescriptionInit = { type: 'offer', sdp: '' }
  return {
    connect: () => session.connect(),
    createSenderTrack: () => publishPattern(session),
    createReceiverTrack: () => socket.createReceiverTrack(`spare-${socket.receivers.length}`, 'video'),
    send: () => say(session, 'hello'),
    generateOffer: async () => {
      offered = (await socket.generateOffer()).offer
      return `an offer of ${offered.sdp?.length} characters`
    },
    // The gateway answers no offer that is made by hand, so that there is only a wrong answer to give.
    updateSdp: () => socket.updateSdp(offered, ''),
    getStats: async () => `${(await socket.getStats()).size} reports`,
    close: () => socket.close(),
  }
}

/** A button for each command that would be carried out now, and for no other. */
export const showCommands = (session: OwnSession): void => {
  const { socket } = session
  const act = acts(session)
  const box = byId('commands')
  const note = byId('fault-note')
  const carry = async (command: SocketCommand) => {
    try {
      const result = await act[command]()
      if (typeof result === 'string') note.textContent = `${command}: ${result}`
    } catch (error) {
      note.textContent = `${command}: ${said(error)}`
    }
  }
  let shown = ''
  const show = () => {
    const commands = socket.nextCommands()
    if (commands.join() === shown) return
    shown = commands.join()
    const focused = box.contains(document.activeElement) ? document.activeElement?.textContent : undefined
    box.replaceChildren()
    for (const command of commands) {
      const button = addButton(box, command, () => void carry(command))
      // Whoever works by keyboard stays where they were.
      if (command === focused) button.focus()
    }
    if (commands.length === 0) addButton(box, 'New session', () => location.reload())
  }
  socket.subscribe(show)
  show()
}
