import "./help.css"
import type { JSX } from "react"
import { Disclosure, DisclosureGroup, DisclosurePanel, Button, Heading } from "react-aria-components"
import { faqEn } from "../../words/faq_en"
import { faqZh } from "../../words/faq_zh"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { Dialog } from "../Dialog"
import { Icon } from "../icons"

const questions = ["where", "closed", "end", "files", "packages", "gpu", "share", "lost", "colab", "trust"] as const

/** Questions that unfold to their answers. */
export function FaqDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const words = useLanguage() === "en" ? faqEn : faqZh
  return (
    <Dialog isOpen size="large" title={t("faq.title")} onClose={onClose}>
      <DisclosureGroup className="i-faq" allowsMultipleExpanded defaultExpandedKeys={["where"]}>
        {questions.map((name) => (
          <Disclosure key={name} id={name} className="i-question">
            <Heading level={3}>
              <Button slot="trigger" className="i-question-button">
                <Icon name="chevron_right" size={18} />{words[`faq.${name}.q`]}
              </Button>
            </Heading>
            <DisclosurePanel><p>{words[`faq.${name}.a`]}</p></DisclosurePanel>
          </Disclosure>
        ))}
      </DisclosureGroup>
    </Dialog>
  )
}
