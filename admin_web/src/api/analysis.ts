import type { Bands, DriverPoints, Failures, Hours, PileRanks, Regions, Trend, Ways } from './analysis_types'
import { client, unwrap } from './client'

export type * from './analysis_types'

export interface AnalysisQuery {
  from_date: string
  to_date: string
  compare: 'previous' | 'last_year' | null
  division: string | null
  operator_no: string | null
  station_no: string | null
  pile_kind: 'dc' | 'ac' | null
}

function ask<T>(what: string, query: object, signal: AbortSignal): Promise<T> {
  return unwrap(client.GET(`/api/v1/admin/analysis/${what}` as never, { params: { query }, signal } as never) as never)
}
export const getTrend = (query: AnalysisQuery & { grain: string }, signal: AbortSignal): Promise<Trend> => ask('trend', query, signal)
export const getRegions = (query: AnalysisQuery, signal: AbortSignal): Promise<Regions> => ask('regions', query, signal)
export const getHours = (query: AnalysisQuery, signal: AbortSignal): Promise<Hours> => ask('hours', query, signal)
export const getPileRanks = (query: AnalysisQuery & { by: string; order: string; sort: string; limit: number }, signal: AbortSignal): Promise<PileRanks> => ask('piles', query, signal)
export const getBands = (query: AnalysisQuery, signal: AbortSignal): Promise<Bands> => ask('bands', query, signal)
export const getFailures = (query: AnalysisQuery, signal: AbortSignal): Promise<Failures> => ask('failures', query, signal)
export const getDriverPoints = (query: AnalysisQuery & { grain: string }, signal: AbortSignal): Promise<DriverPoints> => ask('drivers', query, signal)
export const getWays = (query: AnalysisQuery, signal: AbortSignal): Promise<Ways> => ask('ways', query, signal)
