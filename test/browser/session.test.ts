import { inject } from 'vitest'
import { sessionScenarios } from '../scenarios/session.js'
import { widthScenarios } from '../scenarios/width.js'
import { placeAt } from './place.js'

const place = placeAt(inject('gatewayUrl'))

sessionScenarios(() => place)
widthScenarios(() => place)
