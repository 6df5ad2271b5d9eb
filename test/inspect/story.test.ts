import { expect, test } from 'vitest'
import { lanesOf } from '../../src/inspect/lanes.js'
import { Story } from '../../src/inspect/story.js'
import type { Step } from '../../src/inspect/step.js'
import { toneOf } from '../../src/inspect/tone.js'

const step = (at: number, chart: string, from: string, to: string, edges: string[] = []): Step => ({
  at,
  chart,
  label: chart,
  from,
  to,
  event: 'go',
  generation: 1,
  edges,
})

const STEPS = [
  step(0, 'connection', '', 'new'),
  step(5, 'channel', '', 'absent'),
  step(10, 'connection', 'new', 'connecting', ['a']),
  step(20, 'connection', 'connecting', 'connecting', ['b']),
  step(30, 'connection', 'connecting', 'new', ['c']),
  step(40, 'connection', 'new', 'connecting', ['a']),
]

const read = (story: Story) =>
  [...story.moment.values()].map(({ chart, state, counts }) => [chart, state, Object.fromEntries(counts)])

test('every moment that is gone back to is as it was', () => {
  const story = new Story()
  const seen = STEPS.map((one) => {
    story.add(one)
    return read(story)
  })
  expect(seen.at(-1)).toEqual([
    ['connection', 'connecting', { a: 2, b: 1, c: 1 }],
    ['channel', 'absent', {}],
  ])
  const again = STEPS.map((_, at) => {
    story.go(at + 1)
    return read(story)
  })
  expect(again).toEqual(seen)
})

test('who looks at a moment stays there while more comes, and is at the end again when asked', () => {
  const story = new Story()
  for (const one of STEPS) story.add(one)
  story.go(3)
  const there = read(story)
  story.add(step(50, 'channel', 'absent', 'closed'))
  expect([read(story), story.last?.at]).toEqual([there, 10])
  story.go(undefined)
  expect([read(story)[1], story.last?.at]).toEqual([['channel', 'closed', {}], 50])
})

test('what is no longer kept still counts, and a moment stays the same one', () => {
  const story = new Story()
  story.add(step(0, 'connection', '', 'new'))
  for (let at = 1; at <= 4_000; at += 1) story.add(step(at, 'connection', 'new', 'new', ['a']))
  story.go(4_001)
  const there = read(story)
  for (let at = 4_001; at <= 8_000; at += 1) story.add(step(at, 'connection', 'new', 'new', ['a']))
  expect([story.dropped, story.steps.length + story.dropped, read(story)]).toEqual([2_002, 8_001, there])
  story.go(undefined)
  expect(read(story)).toEqual([['connection', 'new', { a: 8_000 }]])
})

test('lanes hold a span for each state, and none for a step that stays where it is', () => {
  expect(
    lanesOf([...STEPS, { ...step(60, 'channel', 'absent', 'closed'), ended: true }]).map(({ chart, spans }) => [
      chart,
      spans.map(({ from, to, step }) => [step.to, from, to]),
    ]),
  ).toEqual([
    [
      'connection',
      [
        ['new', 0, 10],
        ['connecting', 10, 30],
        ['new', 30, 40],
        ['connecting', 40, Infinity],
      ],
    ],
    [
      'channel',
      [
        ['absent', 5, 60],
        ['closed', 60, 60],
      ],
    ],
  ])
})

test('states have the tone that a reader expects', () => {
  const tones = {
    good: ['connected.stable', 'stable', 'present.open.flowing.confirmed', 'live.source.flowing+server.shown', 'open'],
    busy: [
      'connecting.negotiating',
      'connected.suspect',
      'reconnecting.reviving',
      'awaitingAnswer',
      'present.open.held',
    ],
    bad: ['failed', 'lost', 'rollingBack', 'live.media.stalled+playback.playing+subscription.attached'],
    off: ['new', 'dormant', 'absent', 'closed', 'waiting', 'stopped'],
  }
  const found = Object.entries(tones).map(([tone, states]) => [tone, states.filter((state) => toneOf(state) === tone)])
  expect(Object.fromEntries(found)).toEqual(tones)
})
