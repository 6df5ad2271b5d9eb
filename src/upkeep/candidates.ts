/**
 * The UDP candidates of a description (RFC 8839 section 5.1) under another foundation: an agent takes them for new ones
 * and checks their pairs again, where it ignores one that it knows.
 */
export const candidatesAgain = (sdp: string, foundation: string): RTCIceCandidateInit[] =>
  [...new Set(sdp.match(/^a=candidate:\S+ 1 udp .*/gim))].map((line) => ({
    candidate: line.slice('a='.length).replace(/:\S+/, `:${foundation}`),
    sdpMLineIndex: 0,
  }))
