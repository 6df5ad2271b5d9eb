/** Names of the errors that webrtc-pc throws, beside the `TypeError` and `RangeError` of the language. */
export type RefusalName =
  | 'InvalidAccessError'
  | 'InvalidModificationError'
  | 'InvalidStateError'
  | 'NotSupportedError'
  | 'OperationError'
  | 'SyntaxError'

/** A `DOMException` of this name. */
export const refusal = (name: RefusalName, message: string): DOMException => new DOMException(message, name)

/** As a stack throws it that knows no name: a plain `Error`. */
export const plain = (message: string): Error => new Error(message)

/** What every method of a closed connection fails with. */
export const closedError = (): DOMException =>
  refusal('InvalidStateError', "the RTCPeerConnection's signalingState is 'closed'")
