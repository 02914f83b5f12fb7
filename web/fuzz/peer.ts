/** Somebody who works in the notebook. */
import type { FakeClock } from "../src/sync/testing/fake_clock"
import type { Snapshot } from "../src/wire/cell"
import type { Chance } from "./chance"
import type { Ledger } from "./ledger"
import type { Network } from "./network"

/** What all peers of a game share. */
export interface World {
  readonly chance: Chance
  readonly ledger: Ledger
  readonly network: Network
  readonly clock: FakeClock
  readonly trace: (line: string) => void
}

export interface Peer {
  readonly name: string
  readonly user: string
  /** Does something, if it can. */
  act(): void
  /** Connects again, after whatever happened to its rights. */
  heal(): void
  /** Whether it has all, and all of it is with the server. */
  readonly settled: boolean
  /** In what it differs from what the server has. */
  faults(server: Snapshot): readonly string[]
  /** Texts that found no place, which it still has. */
  readonly recovered: readonly string[]
}
