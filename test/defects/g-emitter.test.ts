import { expect, test } from 'vitest'
import { TypedEventEmitter } from '../../src/index.js'

type Events = Record<'many', (...args: number[]) => void>

test.each([
  ['fewer than four are filled up', [1, 2], [1, 2, undefined, undefined]],
  ['four are four', [1, 2, 3, 4], [1, 2, 3, 4]],
  ['more than four all arrive', [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]],
])('G80 arguments: %s', (_, given, expected) => {
  const emitter = new TypedEventEmitter<Events>()
  const heard: unknown[][] = []
  emitter.on('many', (...args) => heard.push(args))
  emitter.emit('many', ...given)
  expect(heard).toEqual([expected])
  emitter.offAllListeners()
  expect(emitter.listenerCount('many')).toBe(0)
})
