// One child process of the inspector bench: connects in a page of Chromium, with a gateway of its own.
import { asChild } from './child.js'
import { inPage } from './in-page.js'
import type { Inspected, PageOrder, Shown } from './inspector-page.js'

export type ChildOrder = Pick<PageOrder, 'rounds' | 'warmUp'>

asChild<ChildOrder, Record<Shown, Inspected>[]>((order) =>
  inPage('inspector-page.ts', (page, gateway) => {
    const room = 'bench'
    const given = { ...order, room, url: gateway.url, token: gateway.token({ room }) }
    return page.evaluate((it: PageOrder) => window.measureInspector?.(it) ?? [], given)
  }),
)
