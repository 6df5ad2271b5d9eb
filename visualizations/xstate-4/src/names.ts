/** What XState itself calls its events, in version 5 and in version 4. */
const NAMES: readonly (readonly [version5: RegExp, version4: string])[] = [
  [/^xstate\.after\.([^.]+)\.(.+)$/, 'xstate.after($1)#$2'],
  [/^xstate\.done\.actor\.(.+)$/, 'done.invoke.$1'],
  [/^xstate\.error\.actor\.(.+)$/, 'error.platform.$1'],
  [/^xstate\.done\.state\.(.+)$/, 'done.state.$1'],
]

/** The type of an event as XState 4 would call it; those of the charts are their own. */
export const nameIn4 = (type: string): string => {
  for (const [pattern, name] of NAMES) if (pattern.test(type)) return type.replace(pattern, name)
  return type
}
