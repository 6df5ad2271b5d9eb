/** Path of a Chromium that can be run. */
export declare const chromium: () => Promise<string>
