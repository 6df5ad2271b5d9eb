import { channelMachine } from './channel.machine.js'
import { receiverTrackMachine } from './receiver-track.machine.js'
import { senderTrackMachine } from './sender-track.machine.js'
import { connectionMachine } from './connection.machine.js'
import { sessionMachine } from './session.machine.js'
import { farewellMachine } from './farewell.machine.js'
import { negotiationMachine } from './negotiation.machine.js'
import { pageMachine } from './page.machine.js'
import type { Ports } from './ports.js'

/** The session's chart and all below it, with these actors behind their ports. */
export const composed = (actors: Ports): typeof sessionMachine =>
  sessionMachine.provide({
    actors: {
      ...actors,
      connection: connectionMachine.provide({ actors }),
      negotiation: negotiationMachine.provide({ actors }),
      channel: channelMachine.provide({ actors }),
      sender: senderTrackMachine.provide({ actors }),
      receiver: receiverTrackMachine.provide({ actors }),
      farewell: farewellMachine.provide({ actors }),
      page: pageMachine.provide({ actors }),
    },
  })
