/** A copy that nobody else holds. */
export const copied = (parameters: RTCRtpSendParameters): RTCRtpSendParameters =>
  JSON.parse(JSON.stringify(parameters)) as RTCRtpSendParameters

const rids = ({ encodings }: RTCRtpSendParameters): string => JSON.stringify(encodings.map(({ rid }) => rid ?? null))

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** Parameters that setParameters must find as they were returned (webrtc-pc 5.2, step 6); the first that is not. */
export const changed = (before: RTCRtpSendParameters, after: RTCRtpSendParameters): string | undefined => {
  if (after.transactionId !== before.transactionId) return 'transactionId'
  if (after.encodings.length !== before.encodings.length || rids(after) !== rids(before)) return 'encodings'
  const fields = ['codecs', 'headerExtensions', 'rtcp'] as const
  return fields.find((field) => after[field] !== undefined && !same(after[field], before[field]))
}
