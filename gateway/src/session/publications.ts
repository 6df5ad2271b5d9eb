import type { SenderLine } from '../media/sender-line.js'
import type { RoomRegistry } from '../rooms/registry.js'
import type { Room } from '../rooms/room.js'

interface Publication {
  readonly line: SenderLine
  /** What the last toggle said; the packets decide. */
  active: boolean
  announced: boolean
  readonly end: () => void
}

/**
 * The named streams of one session, announced with their first packet. To toggle one off takes its key away and no more: a
 * client that goes on sending announces it anew with its next packet (observed).
 */
export const publications = (rooms: RoomRegistry, room: Room, roomName: string, peer: string) => {
  const byName = new Map<string, Publication>()

  return {
    /** False when a live stream has this name already: the second one is lost (observed). */
    add: (name: string, line: SenderLine): boolean => {
      if (byName.has(name)) return false
      const outlet = rooms.exchange.publish(roomName, { peer, stream: name }, line)
      const publication: Publication = { line, active: true, announced: false, end: outlet.end }
      byName.set(name, publication)
      line.forwardTo((packet) => {
        if (!publication.announced) {
          publication.announced = true
          room.addStream(peer, name, line.kind)
        }
        outlet.send(packet)
      })
      return true
    },
    remove: (line: SenderLine): void => {
      for (const [name, publication] of byName) {
        if (publication.line !== line) continue
        line.forwardTo(undefined)
        publication.end()
        byName.delete(name)
        room.removeStream(peer, name)
      }
    },
    /** `false` when there is no such live stream. */
    toggle: (name: string, active: boolean): boolean => {
      const publication = byName.get(name)
      if (!publication) return false
      if (!active) {
        room.removeStream(peer, name)
        publication.announced = false
      }
      publication.active = active
      return true
    },
    nameOf: (line: SenderLine): string | undefined =>
      [...byName].find(([, publication]) => publication.line === line)?.[0],
    isActive: (name: string): boolean => byName.get(name)?.active ?? false,
    end: (): void => {
      for (const publication of byName.values()) {
        publication.line.forwardTo(undefined)
        publication.end()
      }
      byName.clear()
    },
  }
}
