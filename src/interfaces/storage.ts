/** A value as the structured clone algorithm takes it. */
export type StoredValue = unknown

/** What one change does, all of it or nothing. */
export interface StoreChange {
  /** Written in this order, over what was there under the same key. */
  readonly put?: readonly (readonly [key: string, value: StoredValue])[]
  readonly remove?: readonly string[]
}

/** An open store. No two have the same at the same time. */
export interface DurableStore {
  /** All that was written and not removed, in the order of the keys (code units). */
  read(): Promise<readonly (readonly [key: string, value: StoredValue])[]>
  /** Resolves once it would survive the end of the page. Rejects when it would not. */
  write(change: StoreChange): Promise<void>
  /** Ends it, after what was handed to {@link write}: then it may be opened again. */
  close(): void | Promise<void>
}

/** Where messages and what is needed to come back survive the page: see `indexedDbStorage`, or write your own. */
export interface DurableStorage {
  /** Rejects where it cannot be had; with code `storage-busy` (a `RealtimeError`) where another tab has it. */
  open(): Promise<DurableStore>
}

/** What was found of the session before, told once by the event `restored`. */
export interface RestoredSession {
  readonly room: string
  readonly peer: string
  /** When something was heard last of the old server session, in milliseconds since 1970. */
  readonly heardAt: number
  /** Messages that wait again, with the ids that they have now, in order; they go out before all others. */
  readonly messages: readonly { readonly id: number; readonly data: string | Uint8Array }[]
  /** How many `atMostOnce` messages had been handed to the channel and not confirmed. They are not repeated. */
  readonly unconfirmed: number
  /** How many waited longer than they might. */
  readonly expired: number
  /**
   * What the receivers showed, by the id that the application gave them. Those that are there again and show nothing are
   * attached to it.
   */
  readonly receivers: readonly RestoredReceiver[]
}

/** One receiver of {@link RestoredSession}. */
export interface RestoredReceiver {
  readonly id: string
  readonly kind: 'audio' | 'video'
  readonly source: { readonly peer: string; readonly stream: string }
  readonly priority: number
  readonly limit?: { readonly priority: number; readonly maxSpatial: number; readonly maxTemporal: number } | undefined
}
