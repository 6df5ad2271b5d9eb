/** How an implementation of ICE behaves in time; milliseconds. Measured on real ones, see docs/simulator.md. */
export interface IceProfile {
  /** Between two checks of a pair that works. */
  readonly checkEvery: number
  /** Between two checks of a pair that does not answer. */
  readonly searchEvery: number
  /** From the first check that is not answered to `disconnected`. */
  readonly disconnectedAfter: number
  /** From the first check that is not answered to `failed`, when it stops checking. */
  readonly failedAfter: number
  /** Without any pair that ever worked: from the first check to `failed`. */
  readonly hopelessAfter: number
  /** In `failed` a new remote candidate, or a check of the far side, makes it check again. */
  readonly revives: boolean
  /** Who is controlled uses a pair that works before the other side has nominated it (RFC 8445 section 8.1.1 allows it). */
  readonly choosesByItself?: boolean
}

export const PROFILES = {
  chromium: {
    checkEvery: 480,
    searchEvery: 66,
    disconnectedAfter: 5_000,
    failedAfter: 15_000,
    hopelessAfter: 15_000,
    revives: true,
    choosesByItself: true,
  },
  node: {
    checkEvery: 480,
    searchEvery: 66,
    disconnectedAfter: 7_200,
    failedAfter: 17_200,
    hopelessAfter: 17_200,
    revives: true,
    choosesByItself: true,
  },
  firefox: {
    checkEvery: 1_000,
    searchEvery: 250,
    disconnectedAfter: 8_000,
    failedAfter: 27_500,
    hopelessAfter: 27_500,
    revives: false,
  },
} as const satisfies Record<string, IceProfile>

/** The media server of the Atm0s project, version 0.1. */
export const SERVER: IceProfile = {
  checkEvery: 1_000,
  searchEvery: 1_000,
  disconnectedAfter: 21_000,
  failedAfter: 18_000,
  hopelessAfter: 18_000,
  revives: true,
}

/** Whose behaviour a device has. */
export type ProfileName = keyof typeof PROFILES
