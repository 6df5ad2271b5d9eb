/** An event with the members of its interface. */
class Happening extends Event {
  constructor(type: string, members: object) {
    super(type)
    Object.assign(this, members)
  }
}

/** Fires an event at once, in the task that runs (DOM standard, "fire an event"). */
export const fire = (target: EventTarget, type: string, members: object = {}): void => {
  target.dispatchEvent(new Happening(type, members))
}

type Handler = ((this: EventTarget, event: Event) => unknown) | null

interface Slot {
  handler: Handler
  readonly listener: (event: Event) => void
}

const slots = new WeakMap<EventTarget, Map<string, Slot>>()

const slotOf = (target: EventTarget, type: string): Slot => {
  const all = slots.get(target) ?? new Map<string, Slot>()
  slots.set(target, all)
  const slot = all.get(type) ?? { handler: null, listener: (event: Event) => void slot.handler?.call(target, event) }
  all.set(type, slot)
  return slot
}

/**
 * Gives a class its event handler attributes (HTML standard 8.1.8.1): a handler keeps its place among the listeners
 * from the time it was first set until it is set to null.
 */
export const withHandlers = (prototype: EventTarget, types: readonly string[]): void => {
  for (const type of types)
    Object.defineProperty(prototype, `on${type}`, {
      configurable: true,
      enumerable: true,
      get(this: EventTarget): Handler {
        return slots.get(this)?.get(type)?.handler ?? null
      },
      set(this: EventTarget, value: unknown) {
        const slot = slotOf(this, type)
        const handler = typeof value === 'function' ? (value as Handler) : null
        if (handler && !slot.handler) this.addEventListener(type, slot.listener)
        if (!handler && slot.handler) this.removeEventListener(type, slot.listener)
        slot.handler = handler
      },
    })
}
