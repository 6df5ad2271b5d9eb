// One child process of the recovery bench: cuts in a page of Chromium, with a gateway of its own.
import { asChild } from './child.js'
import { inPage } from './in-page.js'
import type { PageOrder } from './recovery-page.js'

asChild<PageOrder['order'], unknown[]>((order) =>
  inPage('recovery-page.ts', (page, { url, secret }) =>
    page.evaluate((given: PageOrder) => window.measureCuts?.(given) ?? [], { order, url, secret }),
  ),
)
