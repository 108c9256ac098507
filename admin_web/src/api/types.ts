/** Short names for the shapes of our own OpenAPI document. */

import type { components } from './schema'

type Schemas = components['schemas']

export type Dashboard = Schemas['Dashboard']
export type DaySums = Schemas['DaySums']
export type TotalSums = Schemas['TotalSums']
export type GroupCounts = Schemas['GroupCounts']
export type ConnectorGroup = Schemas['ConnectorGroup']
export type Station = Schemas['StaffStation']
export type StationRow = Schemas['StaffStationRow']
export type StationPage = Schemas['StaffStationPage']
export type Price = Schemas['PriceView']
export type Pile = Schemas['StaffPile']
export type PilePage = Schemas['StaffPilePage']
export type PileDetail = Schemas['StaffPileDetail']
export type Connector = Schemas['StaffConnector']
export type Session = Schemas['StaffSession']
export type SessionEvidence = Schemas['SessionEvidence']
export type DecisionChoice = Schemas['ChoiceView']
export type Decision = Schemas['Decision']
export type DecisionRequest = Schemas['DecisionRequest']
export type DecidedSession = Schemas['DecidedSession']
export type PlugClaim = Schemas['PlugClaimView']
export type QuarantinePage = Schemas['QuarantinePage']
export type QuarantinedRow = Schemas['QuarantinedRow']
export type QuarantinedMessage = Schemas['QuarantinedMessage']
export type SessionRow = Schemas['StaffSessionRow']
export type SessionPage = Schemas['StaffSessionPage']
export type Command = Schemas['CommandView']
export type TimelineStep = Schemas['TimelineStep']
export type Order = Schemas['StaffOrder']
export type OrderRow = Schemas['StaffOrderRow']
export type OrderPage = Schemas['StaffOrderPage']
export type FeeLine = Schemas['FeeLineView']
export type Posting = Schemas['PostingView']
export type StaffProfile = Schemas['StaffProfile']
export type LoggedInStaff = Schemas['LoggedInStaff']
export type Total = Schemas['Total']
export type ErrorReply = Schemas['ErrorReply']

/** What the piles topic of the live feed holds. */
export interface WatchedPiles {
  piles: Pile[]
  is_truncated: boolean
}
