import { client, unwrap } from './client'
import type { BeginOffer, Checklist, FirstAdministrator } from './types'

export function getBeginOffer(token: string): Promise<BeginOffer> {
  return unwrap(client.POST('/api/v1/admin/begin/offer', { body: { token } }))
}

export async function begin(body: FirstAdministrator): Promise<void> {
  await unwrap(client.POST('/api/v1/admin/begin', { body }))
}

export function getChecklist(signal: AbortSignal): Promise<Checklist> {
  return unwrap(client.GET('/api/v1/admin/checklist', { signal }))
}
