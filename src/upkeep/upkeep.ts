/**
 * What keeps a session alive once it is connected, and what makes frames smaller: a chunk of its own, loaded while the
 * first connect is under way. Nothing of the entry is imported here but types, or a bundler would cut the entry in two.
 */
export { zlibSync } from 'fflate'
export { answerSize } from '../protocol/answer-size.js'
export { countAwakeTime } from './awake-time.js'
export { watchMedia } from './media.js'
export { probePath } from './probe.js'
export { resumePath } from './resumption.js'
export { revivePath } from './revival.js'
export { trickleCandidates } from './trickle.js'
export { watchPath } from './watch.js'
