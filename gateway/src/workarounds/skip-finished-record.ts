import type { RTCDtlsTransport } from 'werift'

/** Above whatever number the last handshake message can have, retransmissions included. */
const firstNumber = 1_000

/**
 * As DTLS server, werift 0.25.2 sends its Finished in epoch 1 under the number it had reached in epoch 0 (8 as a rule), then
 * counts from 1. The client takes the record that reaches that number again for a replay and drops it (RFC 6347 4.1.2.6), so
 * the eighth message is always lost and comes a second later. A gap in the numbers does no harm.
 */
export const skipFinishedRecord = (transport: RTCDtlsTransport): void => {
  const skip = (): void => {
    if (transport.dtls) transport.dtls.dtls.recordSequenceNumber = firstNumber
  }
  transport.onStateChange.subscribe((state) => {
    if (state === 'connected' && transport.role === 'server') skip()
  })
}
