/**
 * Plays seeded games of several people against the server's own notebook and looks whether anything
 * was lost or doubled. Seeds that failed once are in testdata/fuzz_seeds and are played first.
 *
 *   node fuzz.mjs --core PROGRAM --seeds FILE [--seconds N] [--seed N] [--trace FILE]
 */
/// <reference types="node" />
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { parseArgs } from "node:util"
import { Game } from "./game"

const { values: options } = parseArgs({
  options: {
    core: { type: "string" }, seeds: { type: "string" }, seconds: { type: "string", default: "40" },
    seed: { type: "string" }, trace: { type: "string" },
  },
})

function keptSeeds(file: string): number[] {
  if (!existsSync(file)) return []
  return readFileSync(file, "utf8").split("\n").map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "").map(Number)
}

const shownFaults = 12

async function main(program: string, seedsFile: string): Promise<number> {
  const folder = mkdtempSync(`${existsSync("/dev/shm") ? "/dev/shm" : tmpdir()}/colibri-fuzz-`)
  const random = Math.random
  const end = Date.now() + Number(options.seconds) * 1000
  const one = options.seed === undefined ? null : Number(options.seed)
  const kept = one === null ? keptSeeds(seedsFile) : [one]
  let games = 0
  let records = 0
  let failures = 0
  const first = Math.floor(random() * 2 ** 31)
  for (let i = 0; i < kept.length || (one === null && Date.now() < end); i += 1) {
    const seed = kept[i] ?? (first + i) % 2 ** 31
    const outcome = await new Game(seed, program, `${folder}/game`).play()
    games += 1
    records += outcome.records
    if (options.trace !== undefined) writeFileSync(options.trace, outcome.trace.join("\n"))
    if (outcome.faults.length === 0) continue
    failures += 1
    console.error(`seed ${seed} failed:`)
    for (const fault of outcome.faults.slice(0, shownFaults)) console.error(`  ${fault.slice(0, 2000)}`)
    if (!kept.includes(seed)) appendFileSync(seedsFile, `${seed}\n`)
  }
  rmSync(folder, { recursive: true, force: true })
  console.log(`${games} games, ${records} records, ${failures} failed; new seeds from ${first}`)
  if (failures > 0) console.error(`Seeds that failed are kept in ${seedsFile}; again by: tools/fuzz/check --seed N`)
  return failures > 0 ? 1 : 0
}

if (options.core === undefined || options.seeds === undefined) {
  console.error("Usage: fuzz --core PROGRAM --seeds FILE [--seconds N] [--seed N] [--trace FILE]")
  process.exitCode = 2
} else {
  process.exitCode = await main(options.core, options.seeds)
}
