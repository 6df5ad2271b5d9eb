/** Path of a Chromium that can be run. */
export declare const chromium: () => Promise<string>

/** Path of an installed Firefox; empty where there is none. */
export declare const firefox: () => string
