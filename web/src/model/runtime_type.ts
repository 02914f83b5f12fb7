/** Which runtime a notebook wants, as its metadata say it in Colab's words. Pure. */
import type { FlavorEntry, ImageEntry } from "../wire/api"
import { isObject, member, type JsonObject } from "../wire/json"

export interface Kernelspec {
  readonly name: string
  readonly display_name: string
}

const none: JsonObject = {}

function objectIn(object: JsonObject, key: string): JsonObject {
  const value = member(object, key)
  return isObject(value) ? value : none
}

function wordIn(object: JsonObject, key: string): string {
  const value = member(object, key)
  return typeof value === "string" ? value : ""
}

const without = (object: JsonObject, ...keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !keys.includes(name)))

const kinds: Readonly<Record<string, FlavorEntry["kind"]>> = { GPU: "gpu", TPU: "tpu" }

/** The flavor that the notebook asks for, or the nearest to it; null when there is none at all. */
export function flavorOf(metadata: JsonObject, flavors: readonly FlavorEntry[]): FlavorEntry | null {
  const colab = objectIn(metadata, "colab")
  const kind = kinds[wordIn(metadata, "accelerator")] ?? "cpu"
  const model = wordIn(colab, "gpuType").toLowerCase()
  const high = wordIn(colab, "machine_shape") === "hm"
  const fit = (flavor: FlavorEntry): number => flavor.kind !== kind ? 0
    : 1 + (model !== "" && flavor.accelerator?.model.toLowerCase() === model ? 2 : 0) + (flavor.high_ram === high ? 1 : 0)
  let best: FlavorEntry | null = flavors[0] ?? null
  for (const flavor of flavors) if (best && fit(flavor) > fit(best)) best = flavor
  return best
}

/** The kernelspec that the notebook asks for; its name is empty when it does not say. */
export function kernelOf(metadata: JsonObject): Kernelspec {
  const spec = objectIn(metadata, "kernelspec")
  return { name: wordIn(spec, "name"), display_name: wordIn(spec, "display_name") }
}

/** The image of this name, else the first that has the kernel, else the first. */
export function imageWith(images: readonly ImageEntry[], name: string, kernel: string): ImageEntry | null {
  return images.find((image) => image.name === name)
    ?? images.find(({ kernels }) => kernels.some((each) => each.name === kernel)) ?? images[0] ?? null
}

/** What the images can run, each language once, in the images' order. */
export function kernelsOf(images: readonly ImageEntry[]): ImageEntry["kernels"] {
  const kernels = new Map<string, ImageEntry["kernels"][number]>()
  for (const image of images) {
    for (const kernel of image.kernels) if (!kernels.has(kernel.name)) kernels.set(kernel.name, kernel)
  }
  return [...kernels.values()]
}

/** This image when it has the kernel, else the first that does. */
export function imageFor(images: readonly ImageEntry[], now: ImageEntry | null, kernel: string): ImageEntry | null {
  const has = (image: ImageEntry): boolean => image.kernels.some(({ name }) => name === kernel)
  return now && has(now) ? now : images.find(has) ?? now
}

/** The notebook's metadata with that flavor and kernel in it, as Colab writes them; all else stays. */
export function withRuntime(metadata: JsonObject, flavor: FlavorEntry, kernel: Kernelspec | null): JsonObject {
  const accelerator = flavor.kind === "cpu" ? {} : { accelerator: flavor.kind === "tpu" ? "TPU" : "GPU" }
  const colab = {
    ...without(objectIn(metadata, "colab"), "gpuType", "machine_shape"),
    ...(flavor.accelerator ? { gpuType: flavor.accelerator.model } : {}),
    ...(flavor.high_ram ? { machine_shape: "hm" } : {}),
  }
  const before = objectIn(metadata, "kernelspec")
  const kernelspec = kernel === null || kernel.name === wordIn(before, "name") ? {}
    : { kernelspec: { name: kernel.name, display_name: kernel.display_name } }
  return {
    ...without(metadata, "accelerator", "colab"), ...accelerator,
    ...(Object.keys(colab).length > 0 ? { colab } : {}), ...kernelspec,
  }
}
