import { common } from './codec-matching.js'
import { both, reversed } from './directions.js'
import { refusal, type RefusalName } from './errors.js'
import { isMedia, type Description, type Section } from './section.js'
import type { Abilities } from './stack-codecs.js'
import type { Kind } from './track.js'

/** What a description is held against. */
interface Held {
  readonly description: Description
  /** What was offered, when it is an answer. */
  readonly offer: Description | undefined
  /** Lines that there are already, when it is an offer. */
  readonly before: Description | undefined
  /** What this stack can do. */
  readonly codecs: Abilities['codecs']
  /** As some stacks do: an answer may have any direction. */
  readonly takesAnyDirection: boolean
  /** As the real stacks do under `max-bundle`: an offer without a group is refused. */
  readonly needsBundle: boolean
}

type Rule = readonly [RefusalName, string, (held: Held) => boolean]

const used = ({ sections }: Description): Section[] => sections.filter(({ rejected }) => !rejected)

const shape = ({ kind, mid }: Section): string => `${kind} ${mid}`

/** Whether the lines that were there are there still, but for those that were free (JSEP 5.2.2, 5.10). */
const keepsOrder = ({ description, before }: Pick<Held, 'description' | 'before'>): boolean =>
  (before?.sections ?? []).every((old, at) => {
    const now = description.sections[at]
    return now !== undefined && (old.rejected || shape(old) === shape(now))
  })

const answersLines = ({ description, offer }: Held): boolean =>
  !offer ||
  (offer.sections.length === description.sections.length &&
    offer.sections.every((section, at) => shape(section) === shape(description.sections[at] as Section)))

const hasCredentials = ({ ice }: Section): boolean => ice !== undefined

/** RFC 8839 section 5.4. */
const hasLongCredentials = ({ ice }: Section): boolean => !ice || (ice.ufrag.length >= 4 && ice.pwd.length >= 22)

const isPlayable = ({ description, codecs }: Held): boolean =>
  used(description)
    .filter(isMedia)
    .every(({ kind, codecs: offered }) => common(codecs[kind as Kind], kind as Kind, offered, []).length > 0)

const lines =
  (keeps: (section: Section) => boolean) =>
  ({ description }: Held): boolean =>
    used(description).every(keeps)

/** Each with the name of the error that Chromium gives; the first that is broken counts (JSEP 5.8, 5.10, 5.11). */
const RULES: readonly Rule[] = [
  [
    'InvalidAccessError',
    'max-bundle configured but session description has no BUNDLE group',
    ({ description: { bundle }, needsBundle }) => !needsBundle || bundle.length > 0,
  ],
  [
    'InvalidAccessError',
    'two lines have the same mid',
    ({ description: { sections } }) => new Set(sections.map(({ mid }) => mid)).size === sections.length,
  ],
  [
    'InvalidAccessError',
    'a BUNDLE group contains a mid that no line has',
    ({ description: { bundle, sections } }) => bundle.every((mid) => sections.some((section) => section.mid === mid)),
  ],
  ['InvalidAccessError', "the order of m-lines in the answer doesn't match the offer", answersLines],
  ['InvalidAccessError', "the order of m-lines doesn't match the description before", keepsOrder],
  [
    'InvalidAccessError',
    'a BUNDLE group in the answer contains a mid that was not in the offered group',
    ({ description: { bundle }, offer }) => !offer || bundle.every((mid) => offer.bundle.includes(mid)),
  ],
  [
    'InvalidAccessError',
    'a line accepts what was not offered',
    ({ description: { sections }, offer }) =>
      !offer || sections.every(({ rejected }, at) => rejected || offer.sections[at]?.rejected === false),
  ],
  [
    // RFC 3264 section 6.1.
    'InvalidAccessError',
    'an answer sends or receives what the offer does not allow',
    ({ description: { sections }, offer, takesAnyDirection }) =>
      !offer ||
      takesAnyDirection ||
      sections.every(({ kind, direction, rejected }, at) => {
        const allowed = reversed(offer.sections[at]?.direction ?? 'inactive')
        return rejected || kind === 'application' || both(direction, allowed) === direction
      }),
  ],
  ['InvalidAccessError', 'there is no DTLS fingerprint', lines(({ fingerprint }) => fingerprint !== undefined)],
  ['InvalidAccessError', 'there are no ice-ufrag and ice-pwd', lines(hasCredentials)],
  ['InvalidAccessError', 'ice-ufrag or ice-pwd are too short', lines(hasLongCredentials)],
  ['InvalidAccessError', 'rtcp-mux is required', lines((section) => !isMedia(section) || section.rtcpMux)],
  [
    'InvalidAccessError',
    'an answer is active or passive',
    ({ description, offer }) =>
      !offer || used(description).every(({ setup }) => setup !== 'actpass' && setup !== 'holdconn'),
  ],
  ['InvalidAccessError', 'no codec can be used', isPlayable],
  [
    // This transport is the only one: what would need a second one is refused instead of left without media.
    'OperationError',
    'the simulator takes only what is bundled: one BUNDLE group with every line',
    ({ description }) =>
      used(description).length < 2 || used(description).every(({ mid }) => description.bundle.includes(mid)),
  ],
]

/** Throws what a stack throws for a remote description that it cannot apply. */
export const validate = (held: Held): void => {
  const broken = RULES.find(([, , keeps]) => !keeps(held))
  if (broken) throw refusal(broken[0], `Failed to set remote ${held.description.type} sdp: ${broken[1]}`)
}

const essence = ({ sections }: Description): string =>
  JSON.stringify(sections.map(({ kind, ice, fingerprint, setup }) => [kind, ice, fingerprint, setup]))

/**
 * Whether a local description is the one that was made (webrtc-pc setLocalDescription, InvalidModificationError), as
 * browsers see it: mids, codecs and extensions may be other ones, what belongs to the transport may not.
 */
export const isSame = (one: Description, made: Description): boolean => essence(one) === essence(made)

/** JSEP 5.9: a local offer keeps the lines of the one before. */
export const validateLocal = (description: Description, before: Description | undefined, name: RefusalName): void => {
  if (!keepsOrder({ description, before }))
    throw refusal(name, "Failed to set local offer sdp: the order of m-lines doesn't match")
}
