import { describe, expect, it, vi } from "vitest"
import { ApiError } from "../../../sync/http"
import type { Collision, UploadPart } from "../../../sync/runtime_files"
import { Uploading, type UploadRoutes } from "./uploading"

/** A runtime that keeps what comes, and fails when it is told to. */
class Runtime {
  readonly bytes = new Map<string, number>()
  readonly failures: ApiError[] = []
  taken = new Set<string>()
  sends = 0

  readonly api: UploadRoutes = {
    offset: (_place, upload) => Promise.resolve(this.bytes.get(upload) ?? 0),
    send: (part) => ({ abort: () => undefined, done: this.take(part) }),
    finishUpload: (place, upload, file, collision) => this.finish(place.path, upload, file, collision),
    discardUpload: (_place, upload) => {
      this.bytes.delete(upload)
      return Promise.resolve()
    },
  }

  private take({ upload, offset, bytes }: UploadPart): Promise<number> {
    this.sends += 1
    const failure = this.failures.shift()
    // Half of it came.
    if (failure) this.bytes.set(upload, offset + Math.floor(bytes.size / 2))
    if (failure) return Promise.reject(failure)
    if (offset !== (this.bytes.get(upload) ?? 0)) return Promise.reject(new ApiError(409, "conflict", "another place"))
    this.bytes.set(upload, offset + bytes.size)
    return Promise.resolve(offset + bytes.size)
  }

  private finish(path: string, upload: string, file: File, collision: Collision): Promise<string> {
    const all = this.bytes.get(upload) === file.size
    const free = !this.taken.has(path) || collision !== "ask"
    if (!all || !free) return Promise.reject(new ApiError(409, "conflict", all ? "there is one" : "not all is there"))
    return Promise.resolve(collision === "keep_both" ? `${path} (1)` : path)
  }
}

const file = (size: number): File => new File([new Uint8Array(size)], "a")

describe("an upload", () => {
  it("goes up in ranges, and goes on from where a broken one has come", async () => {
    vi.useFakeTimers()
    const runtime = new Runtime()
    const arrived: string[] = []
    const uploading = new Uploading(runtime.api, (folder) => arrived.push(folder))
    runtime.failures.push(new ApiError(0, "unavailable", "the network"))
    const done = uploading.add(file((16 << 20) + 5), "/content/a")
    await vi.advanceTimersByTimeAsync(2000)
    expect(await done).toBe("/content/a")
    // The half that came is not sent again, and the rest is one range.
    expect(runtime.sends).toBe(2)
    expect(arrived).toEqual(["/content"])
    expect(uploading.view.map(({ state }) => state)).toEqual(["done"])
    vi.useRealTimers()
  })

  it("asks about a name that is there", async () => {
    const runtime = new Runtime()
    runtime.taken.add("/content/a")
    const uploading = new Uploading(runtime.api, () => undefined)
    const done = uploading.add(file(3), "/content/a")
    await vi.waitFor(() => expect(uploading.view[0]?.state).toBe("collision"))
    uploading.decide(uploading.view[0]?.id ?? "", "keep_both")
    expect(await done).toBe("/content/a (1)")
  })

  it("stops in words when it cannot go on, and resumes when asked", async () => {
    const runtime = new Runtime()
    runtime.failures.push(new ApiError(413, "too_large", "The runtime's disk is full."))
    const uploading = new Uploading(runtime.api, () => undefined)
    const done = uploading.add(file(4), "/content/a")
    await vi.waitFor(() => expect(uploading.view[0]).toMatchObject({ state: "broken", why: "The runtime's disk is full." }))
    uploading.resume(uploading.view[0]?.id ?? "")
    expect(await done).toBe("/content/a")
  })

  it("that is cancelled leaves nothing", async () => {
    const runtime = new Runtime()
    runtime.failures.push(new ApiError(413, "too_large", "full"))
    const uploading = new Uploading(runtime.api, () => undefined)
    const done = uploading.add(file(4), "/content/a")
    await vi.waitFor(() => expect(uploading.view[0]?.state).toBe("broken"))
    uploading.cancel(uploading.view[0]?.id ?? "")
    expect(await done).toBeNull()
    expect(runtime.bytes.size).toBe(0)
  })
})
