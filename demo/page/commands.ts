import type { SocketCommand } from '../../src/index.js'
import { addButton, byId, said } from './dom.js'
import type { OwnSession } from './own-session.js'
import { publishPattern } from './publishing.js'
import { say } from './talk.js'

/** The gateway answers no offer that is made by hand, so that there is only a wrong answer to give. */
type PressedCommand = Exclude<SocketCommand, 'updateSdp'>
const isPressed = (command: SocketCommand): command is PressedCommand => command !== 'updateSdp'

/** What each command does when its button is pressed. */
const acts = (session: OwnSession): Readonly<Record<PressedCommand, () => unknown>> => {
  const { socket } = session
  let spares = 0
  return {
    connect: () => session.connect(),
    createSenderTrack: () => publishPattern(session),
    createReceiverTrack: () => {
      spares += 1
      socket.createReceiverTrack(`spare-${spares}`, 'video')
    },
    send: () => say(session, 'hello'),
    generateOffer: async () => {
      const { offer } = await socket.generateOffer()
      return `an offer of ${offer.sdp?.length} characters`
    },
    getStats: async () => `${(await socket.getStats()).size} reports`,
    close: () => socket.close(),
  }
}

/** A button for each command that would be carried out now, but for `updateSdp`. */
export const showCommands = (session: OwnSession): void => {
  const { socket } = session
  const act = acts(session)
  const box = byId('commands')
  const note = byId('fault-note')
  const carry = async (command: PressedCommand) => {
    try {
      const result = await act[command]()
      if (typeof result === 'string') note.textContent = `${command}: ${result}`
    } catch (error) {
      note.textContent = `${command}: ${said(error)}`
    }
  }
  let shown = ''
  const show = () => {
    const commands = socket.nextCommands().filter(isPressed)
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
