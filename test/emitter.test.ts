import { describe, expect, test, vi } from 'vitest'
import { TypedEventEmitter } from '../src/index.js'

type Events = {
  none: () => void
  two: (a: number, b: string) => void
  four: (a: number, b: number, c: number, d: number) => void
}

/** An emitter whose reports are kept, and a maker of listeners that write down their name, and what they got. */
const stage = <E extends { [K in keyof E]: (...args: never[]) => void } = Events>() => {
  const emitter = new TypedEventEmitter<E>()
  const heard: unknown[] = []
  const reported: unknown[] = []
  emitter.onListenerError = (error, event) => reported.push([event, error])
  const listener =
    (name: string) =>
    (...args: unknown[]) =>
      void heard.push(args.some((value) => value !== undefined) ? [name, ...args] : name)
  return { emitter, heard, reported, listener }
}

const PADDED = [undefined, undefined, undefined, undefined]

describe('what a listener gets', () => {
  test('listeners run synchronously, in the order of registration', () => {
    const { emitter, heard, listener } = stage()
    emitter.on('none', listener('first'))
    emitter.on('none', listener('second'))
    emitter.on('none', listener('third'))
    emitter.emit('none')
    expect(heard).toEqual(['first', 'second', 'third'])
  })

  test.each([
    ['none', [], PADDED],
    ['two', [7, 'x'], [7, 'x', undefined, undefined]],
    ['four', [1, 2, 3, 4], [1, 2, 3, 4]],
  ] as const)('a listener of "%s" gets exactly four arguments', (event, given, expected) => {
    const { emitter } = stage()
    const called = vi.fn()
    emitter.on(event, called)
    ;(emitter.emit as (event: string, ...args: unknown[]) => void).call(emitter, event, ...given)
    expect(called.mock.calls).toEqual([expected])
    expect(called.mock.calls[0]).toHaveLength(4)
  })

  test('an event without listeners is emitted into the void', () => {
    expect(stage().emitter.emit('two', 1, 'a')).toBeUndefined()
  })
})

describe('coming and going', () => {
  test('on returns what removes it, and may be called twice', () => {
    const { emitter, heard, listener } = stage()
    const off = emitter.on('none', listener('gone'))
    emitter.on('none', listener('kept'))
    off()
    off()
    emitter.emit('none')
    expect(heard).toEqual(['kept'])
  })

  test('onMany registers one listener for several events and returns an unsubscriber for each', () => {
    const { emitter, heard, listener } = stage()
    const offs = emitter.onMany(['none', 'two'], listener('many'))
    emitter.emit('none')
    emitter.emit('two', 1, 'a')
    expect(offs).toHaveLength(2)
    offs[0]?.()
    emitter.emit('none')
    emitter.emit('two', 2, 'b')
    expect(heard).toEqual(['many', ['many', 1, 'a', undefined, undefined], ['many', 2, 'b', undefined, undefined]])
  })

  test.each(['off', 'removeListener'] as const)('%s removes that callback of that event only', (remove) => {
    const { emitter, heard, listener } = stage()
    const gone = listener('gone')
    emitter.on('none', gone)
    emitter.on('two', gone)
    emitter.on('none', listener('kept'))
    emitter[remove]('none', gone)
    emitter.emit('none')
    emitter.emit('two', 1, 'a')
    expect(heard).toEqual(['kept', ['gone', 1, 'a', undefined, undefined]])
  })

  test.each(['offAllListeners', 'removeAllListeners'] as const)('%s leaves nobody', (remove) => {
    const { emitter, heard, listener } = stage()
    emitter.on('none', listener('a'))
    emitter.on('two', listener('b'))
    emitter[remove]()
    emitter.emit('none')
    emitter.emit('two', 1, 'a')
    expect(heard).toEqual([])
    expect([emitter.listenerCount('none'), emitter.listenerCount('two')]).toEqual([0, 0])
  })

  test('listenerCount counts registrations, 0 for an unknown event', () => {
    const { emitter, listener } = stage()
    const twice = listener('twice')
    const counts = [emitter.listenerCount('none')]
    emitter.on('none', twice)
    counts.push(emitter.listenerCount('none'))
    emitter.on('none', twice)
    counts.push(emitter.listenerCount('none'), emitter.listenerCount('two'))
    emitter.off('none', twice)
    counts.push(emitter.listenerCount('none'))
    expect(counts).toEqual([0, 1, 2, 0, 0])
  })

  test('listeners is undefined for an event never registered, and empty for one whose listeners left', () => {
    const { emitter, listener } = stage()
    const off = emitter.on('none', listener('a'))
    off()
    expect([emitter.listeners('two'), emitter.listeners('none')]).toEqual([undefined, []])
  })

  test('neither emit, off nor listenerCount make an event known', () => {
    const { emitter, listener } = stage()
    emitter.emit('none')
    emitter.off('none', listener('a'))
    emitter.listenerCount('none')
    expect(emitter.listeners('none')).toBeUndefined()
  })
})

describe('defects of the old SDK', () => {
  test('G76 off of an unknown event is silent', () => {
    const { emitter, listener } = stage()
    expect(emitter.off('none', listener('a'))).toBeUndefined()
    emitter.on('none', listener('b'))
    expect(emitter.off('none', listener('a'))).toBeUndefined()
    expect(emitter.listenerCount('none')).toBe(1)
  })

  test('G77 a late unsubscriber is silent, and does not remove a later registration', () => {
    const { emitter, heard, listener } = stage()
    const again = listener('again')
    const off = emitter.on('none', again)
    emitter.offAllListeners()
    emitter.on('none', again)
    expect(off()).toBeUndefined()
    emitter.emit('none')
    expect(heard).toEqual(['again'])
  })

  test('G78 a throwing listener neither stops the others nor reaches the caller', () => {
    const { emitter, heard, reported, listener } = stage()
    const error = new Error('from a listener')
    emitter.on('none', () => {
      throw error
    })
    emitter.on('none', listener('next'))
    expect(emitter.emit('none')).toBeUndefined()
    expect(heard).toEqual(['next'])
    expect(reported).toEqual([['none', error]])
  })

  test('G78 a reporter that throws does not reach the caller either', () => {
    const { emitter, heard, listener } = stage()
    emitter.onListenerError = () => {
      throw new Error('from the reporter')
    }
    emitter.on('none', () => {
      throw new Error('from a listener')
    })
    emitter.on('none', listener('next'))
    emitter.emit('none')
    expect(heard).toEqual(['next'])
  })

  test('G78 without a reporter of its own the console hears of it', () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {})
    const emitter = new TypedEventEmitter<Events>()
    emitter.on('none', () => {
      throw new RangeError('from a listener')
    })
    emitter.emit('none')
    const { calls } = error.mock
    error.mockRestore()
    expect(calls).toEqual([['a listener of "none" threw', new RangeError('from a listener')]])
  })

  test('G79 a listener added during an emit runs from the next emit on', () => {
    const { emitter, heard, listener } = stage()
    emitter.on('none', () => {
      heard.push('outer')
      emitter.on('none', listener('added'))
    })
    emitter.emit('none')
    expect(heard).toEqual(['outer'])
    emitter.emit('none')
    expect(heard).toEqual(['outer', 'outer', 'added'])
  })

  test.each(['unsubscriber', 'off', 'offAllListeners'] as const)(
    'G79 a listener removed during an emit by %s does not run any more',
    (way) => {
      const { emitter, heard, listener } = stage()
      const doomed = listener('doomed')
      emitter.on('none', () => {
        heard.push('remover')
        if (way === 'unsubscriber') off()
        else if (way === 'off') emitter.off('none', doomed)
        else emitter.offAllListeners()
      })
      const off = emitter.on('none', doomed)
      emitter.emit('none')
      expect(heard).toEqual(['remover'])
    },
  )

  test('G79 a listener that removes itself runs once, and nobody is skipped', () => {
    const { emitter, heard, listener } = stage()
    const off = emitter.on('none', () => {
      heard.push('once')
      off()
    })
    emitter.on('none', listener('next'))
    emitter.emit('none')
    emitter.emit('none')
    expect(heard).toEqual(['once', 'next', 'next'])
  })

  test('G79 removed and added again during an emit, it waits for the next emit', () => {
    const { emitter, heard, listener } = stage()
    const moved = listener('moved')
    const first = emitter.on('none', () => {
      first()
      emitter.off('none', moved)
      emitter.on('none', moved)
    })
    emitter.on('none', moved)
    emitter.emit('none')
    expect(heard).toEqual([])
    emitter.emit('none')
    expect(heard).toEqual(['moved'])
  })

  test('G79 an emit inside an emit runs to its end first', () => {
    const { emitter, heard, listener } = stage()
    emitter.on('none', () => {
      heard.push('outer begins')
      emitter.emit('two', 1, 'a')
      heard.push('outer ends')
    })
    emitter.on('two', listener('inner'))
    emitter.emit('none')
    expect(heard).toEqual(['outer begins', ['inner', 1, 'a', undefined, undefined], 'outer ends'])
  })

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('G81 "%s" is an ordinary name', (name) => {
    const { emitter, heard, reported, listener } = stage<Record<string, () => void>>()
    expect([emitter.listeners(name), emitter.listenerCount(name)]).toEqual([undefined, 0])
    emitter.emit(name)
    const own = listener('own')
    const off = emitter.on(name, own)
    emitter.emit(name)
    expect([emitter.listeners(name), emitter.listenerCount(name)]).toEqual([[own], 1])
    off()
    emitter.off(name, own)
    emitter.emit(name)
    expect(heard).toEqual(['own'])
    expect(reported).toEqual([])
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  })

  test('G82 listeners hands out a copy', () => {
    const { emitter, heard, listener } = stage()
    const own = listener('own')
    emitter.on('none', own)
    const copy = emitter.listeners('none')
    expect(copy).toEqual([own])
    copy?.splice(0, 1, listener('intruder'))
    emitter.emit('none')
    expect(heard).toEqual(['own'])
    expect(emitter.listeners('none')).toEqual([own])
  })

  test('G83 of two registrations of one callback the unsubscriber removes its own', () => {
    const { emitter, heard } = stage()
    const same = () => void heard.push('same')
    const offs = [emitter.on('none', same), emitter.on('none', () => heard.push('between')), emitter.on('none', same)]
    emitter.emit('none')
    expect(heard.splice(0)).toEqual(['same', 'between', 'same'])
    offs[0]?.()
    offs[0]?.()
    emitter.emit('none')
    expect(heard.splice(0)).toEqual(['between', 'same'])
    offs[2]?.()
    emitter.emit('none')
    expect(heard).toEqual(['between'])
  })
})
