import { afterAll, beforeAll } from 'vitest'
import type { MediaPlace } from '../scenarios/media-stage.js'
import { sessionScenarios } from '../scenarios/session.js'
import { widthScenarios } from '../scenarios/width.js'
import { nodePlace } from './place.js'

let place: MediaPlace
let close: () => Promise<void>

beforeAll(async () => {
  const started = await nodePlace()
  place = started.place
  close = () => started.gateway.close()
})

afterAll(() => close())

sessionScenarios(() => place)
widthScenarios(() => place)
