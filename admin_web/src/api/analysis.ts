import { client, unwrap } from './client'
import type { paths } from './schema'
import type { Bands, DriverCounts, Failures, Hours, PileRanking, Regions, Trend, Ways } from './types'

type Queries = { [P in keyof paths as P extends `/api/v1/admin/analysis/${infer Name}` ? Name : never]: paths[P] extends { get: { parameters: { query: infer Q } } } ? Q : never }

export type AnalysisQuery = Queries['hours']
export type ComparedQuery = Queries['regions']

export function getTrend(query: Queries['trend'], signal: AbortSignal): Promise<Trend> {
  return unwrap(client.GET('/api/v1/admin/analysis/trend', { params: { query }, signal }))
}

export function getRegions(query: ComparedQuery, signal: AbortSignal): Promise<Regions> {
  return unwrap(client.GET('/api/v1/admin/analysis/regions', { params: { query }, signal }))
}

export function getHours(query: AnalysisQuery, signal: AbortSignal): Promise<Hours> {
  return unwrap(client.GET('/api/v1/admin/analysis/hours', { params: { query }, signal }))
}

export function getPileRanking(query: Queries['piles'], signal: AbortSignal): Promise<PileRanking> {
  return unwrap(client.GET('/api/v1/admin/analysis/piles', { params: { query }, signal }))
}

export function getBands(query: ComparedQuery, signal: AbortSignal): Promise<Bands> {
  return unwrap(client.GET('/api/v1/admin/analysis/bands', { params: { query }, signal }))
}

export function getFailures(query: ComparedQuery, signal: AbortSignal): Promise<Failures> {
  return unwrap(client.GET('/api/v1/admin/analysis/failures', { params: { query }, signal }))
}

export function getDriverCounts(query: Queries['drivers'], signal: AbortSignal): Promise<DriverCounts> {
  return unwrap(client.GET('/api/v1/admin/analysis/drivers', { params: { query }, signal }))
}

export function getWays(query: ComparedQuery, signal: AbortSignal): Promise<Ways> {
  return unwrap(client.GET('/api/v1/admin/analysis/ways', { params: { query }, signal }))
}
