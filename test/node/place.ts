import wrtc from '@roamhq/wrtc'
import { startGateway, type Gateway, type GatewayOptions } from '../../gateway/src/index.js'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { audioSink, audioSource, videoSink, videoSource, type Sink } from '../../tools/node-media.js'
import { StreamKinds } from '../../src/index.js'
import type { MediaPlace } from '../scenarios/media-stage.js'
import { NOTHING } from '../support/ledger.js'
import { Stage } from '../support/stage.js'

/** Real libwebrtc in Node against this gateway. */
export const placeOn = (gateway: Gateway): MediaPlace => ({
  RTCPeerConnection: wrtc.RTCPeerConnection,
  MediaStream: wrtc.MediaStream,
  url: gateway.url,
  token: (room, peer) => gateway.token({ room, peer }),
  picture: (width, height) => {
    const source = videoSource({ width, height })
    return { stream: new wrtc.MediaStream([source.track]), stop: () => source.stop() }
  },
  tone: () => {
    const source = audioSource()
    return { stream: new wrtc.MediaStream([source.track]), stop: () => source.stop() }
  },
  watch: (receiver) => {
    let sink: Sink | undefined
    const off = receiver.on('track_added', (track) => {
      sink = receiver.info.kind === StreamKinds.VIDEO ? videoSink(track) : audioSink(track)
    })
    const track = receiver.getTrack()
    if (track) sink = receiver.info.kind === StreamKinds.VIDEO ? videoSink(track) : audioSink(track)
    return {
      get count() {
        return sink?.count ?? 0
      },
      get width() {
        return sink?.size?.width ?? 0
      },
      stop: () => {
        off()
        sink?.stop()
      },
    }
  },
})

/** Real libwebrtc in Node against an embedded gateway of its own. */
export const nodePlace = async (options: GatewayOptions = {}) => {
  const gateway = await startGateway(options)
  return { gateway, place: placeOn(gateway) }
}

/** A gateway for a file of tests, and for each test a stage that must leave nothing behind. */
export const onNode = () => {
  let started: Awaited<ReturnType<typeof nodePlace>>
  let stage: Stage
  beforeAll(async () => {
    started = await nodePlace()
  })
  afterAll(() => started.gateway.close())
  beforeEach(() => {
    stage = new Stage(started.place)
  })
  afterEach(async () => expect(await stage.dispose()).toEqual(NOTHING))
  return {
    get stage() {
      return stage
    },
  }
}
