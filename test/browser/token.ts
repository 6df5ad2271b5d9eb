import { inject } from 'vitest'

/** A token as a user's own back end would get it: from the gateway's token service. */
export const token = async (room: string, peer: string): Promise<string> => {
  const url = `${inject('gatewayUrl')}/app/webrtc_session?app_secret=${inject('gatewaySecret')}`
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ room, peer }),
  })
  return ((await response.json()) as { data: { token: string } }).data.token
}
