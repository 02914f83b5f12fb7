import { useState, type JSX } from "react"
import { imageFor, imageWith, kernelsOf } from "../../model/runtime_type"
import type { FlavorEntry, Flavors, ImageEntry } from "../../wire/api"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Tick } from "../Choice"
import { ConfirmDialog, Dialog } from "../Dialog"
import { Pick } from "../Pick"
import { Spinner } from "../Spinner"
import { FlavorCards } from "./FlavorCards"

export interface RuntimeType {
  readonly flavor: FlavorEntry
  readonly image: string
  readonly kernel: ImageEntry["kernels"][number] | null
  /** The flavor to work on while one waits; empty: none. */
  readonly meanwhile: string
}

interface RuntimeTypeDialogProps {
  /** Null while they are asked for. */
  readonly flavors: Flavors | null
  /** What the notebook asks for now. */
  readonly wanted: { readonly flavor: string; readonly image: string; readonly kernel: string }
  /** A runtime runs, or one waits for one: connecting means to end that. */
  readonly running: boolean
  readonly writable: boolean
  readonly onSave: (type: RuntimeType) => void
  readonly onConnect: (type: RuntimeType) => void
  readonly onClose: () => void
}

/** Chooses hardware, language and image of the notebook's runtime. */
export function RuntimeTypeDialog(props: RuntimeTypeDialogProps): JSX.Element {
  const { flavors, wanted, running, onClose } = props
  const [flavorName, setFlavor] = useState<string | null>(null)
  const [imageName, setImage] = useState<string | null>(null)
  const [kernelName, setKernel] = useState<string | null>(null)
  const [meanwhile, setMeanwhile] = useState(true)
  const [asking, setAsking] = useState<RuntimeType | null>(null)
  if (!flavors) {
    return (
      <Dialog isOpen title={t("runtime_type.title")} onClose={onClose} size="large">
        <div className="r-loading"><Spinner size={24} label={t("runtime_type.loading")} /></div>
      </Dialog>
    )
  }
  const named = (name: string): FlavorEntry | undefined => flavors.flavors.find((each) => each.name === name)
  const flavor = named(flavorName ?? wanted.flavor) ?? flavors.flavors[0]
  const image = imageWith(
    flavors.images, imageName ?? (wanted.image === "" ? flavor?.image ?? "" : wanted.image), kernelName ?? wanted.kernel)
  const kernel = image?.kernels.find(({ name }) => name === (kernelName ?? wanted.kernel)) ?? image?.kernels[0] ?? null
  const waits = flavor !== undefined && flavor.free === 0
  const aside = waits ? flavors.flavors.find(({ kind, free }) => kind === "cpu" && free > 0) : undefined
  const type = flavor && {
    flavor, image: image?.name ?? "", kernel, meanwhile: aside && meanwhile ? aside.name : "",
  }
  return (
    <>
      <Dialog isOpen title={t("runtime_type.title")} onClose={onClose} size="large" footer={
        <>
          <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
          <Button isDisabled={!type || !props.writable} onPress={() => type && props.onSave(type)}>
            {t("runtime_type.save")}
          </Button>
          <Button variant="primary" isDisabled={!type || type.flavor.total === 0 || !props.writable} onPress={() => {
            if (type && running) setAsking(type)
            else if (type) props.onConnect(type)
          }}>{t(waits ? "runtime_type.join" : "runtime_type.connect")}</Button>
        </>
      }>
        <div className="r-type">
          <div className="r-picks">
            <Choice label={t("runtime_type.language")} chosen={kernel?.name ?? ""}
              options={kernelsOf(flavors.images).map(({ name, display_name }) => ({ name, title: display_name }))}
              onPick={(name) => {
                setKernel(name)
                // The image stays while it has the language.
                setImage(imageFor(flavors.images, image, name)?.name ?? null)
              }} />
            <Choice label={t("runtime_type.image")} options={flavors.images} chosen={image?.name ?? ""} onPick={setImage} />
          </div>
          <FlavorCards flavors={flavors.flavors} chosen={flavor?.name ?? ""} onChange={setFlavor} />
          {aside && (
            <Tick label={t("runtime_type.meanwhile", { title: aside.title })} isSelected={meanwhile} onChange={setMeanwhile} />
          )}
          {!props.writable && <p className="c-hint">{t("runtime_type.read_only")}</p>}
        </div>
      </Dialog>
      <ConfirmDialog isOpen={asking !== null} danger title={t("runtime_type.replace_title")}
        text={t("runtime_type.replace_text")} confirmLabel={t("runtime_type.replace_confirm")}
        onClose={() => setAsking(null)} onConfirm={() => {
          if (asking) props.onConnect(asking)
        }} />
    </>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly options: readonly { readonly name: string; readonly title: string }[]
  readonly chosen: string
  readonly onPick: (name: string) => void
}

function Choice({ label, options, chosen, onPick }: ChoiceProps): JSX.Element {
  return (
    <div className="r-pick">
      <span className="c-field-label">{label}</span>
      <Pick placement="bottom start" label={label} chosen={options.find(({ name }) => name === chosen)?.title ?? chosen}
        isDisabled={options.length === 0} onPick={onPick}
        items={options.map(({ name, title }) => ({ id: name, label: title, isChosen: name === chosen }))} />
    </div>
  )
}
