import { StreamKinds, type ReceiverTrack } from '../../src/index.js'
import type { Sink } from '../lab.js'
import type { Run, Target } from '../scenario.js'

/** Waits for a condition; says whether it came to hold. */
export const until = async ({ lab }: Target, holds: () => boolean, ms = 10_000): Promise<boolean> => {
  const end = lab.now() + ms
  while (!holds()) {
    if (lab.now() > end) return false
    await lab.pause(10)
  }
  return true
}

/** A picture whose end is the scenario's. */
export const picture = ({ lab }: Target, run: Run, width = 320, height = 240) => {
  const source = lab.videoSource({ width, height })
  run.defer(() => source.stop())
  return new lab.MediaStream([source.track])
}

/** A tone whose end is the scenario's. */
export const tone = ({ lab }: Target, run: Run) => {
  const source = lab.audioSource()
  run.defer(() => source.stop())
  return new lab.MediaStream([source.track])
}

/** What is decoded of a receiver, counted; one track after the other. */
export const watch = (
  { lab }: Target,
  run: Run,
  receiver: ReceiverTrack,
): { readonly count: number; readonly width: number } => {
  let sink: Sink | undefined
  receiver.on('track_added', (track) => {
    sink = receiver.info.kind === StreamKinds.VIDEO ? lab.videoSink(track) : lab.audioSink(track)
    run.defer(() => sink?.stop())
  })
  return {
    get count() {
      return sink?.count ?? 0
    },
    get width() {
      return sink?.size?.width ?? 0
    },
  }
}
