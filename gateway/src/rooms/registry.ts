import { mediaExchange } from '../media/exchange.js'
import { createRoom, type Room } from './room.js'

export const roomRegistry = () => {
  const rooms = new Map<string, Room>()
  return {
    exchange: mediaExchange(),
    enter: (name: string): Room => {
      const room = rooms.get(name) ?? createRoom()
      rooms.set(name, room)
      return room
    },
    /** A room with a ghost in it is not empty and stays. */
    tidy: (name: string): void => {
      if (rooms.get(name)?.isEmpty()) rooms.delete(name)
    },
  }
}

export type RoomRegistry = ReturnType<typeof roomRegistry>
