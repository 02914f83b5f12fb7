import type { askedEn } from "./asked_en"

/** The same in Chinese. */
export const askedZh: Record<keyof typeof askedEn, string> = {
  "asked.title": "程序需要的文件",
  "asked.several_text": "程序正在等待放入 {where} 的文件。您也可以将文件拖放到此处。",
  "asked.one_text": "程序正在等待一个文件，它将保存为 {where}。您也可以将文件拖放到此处。",
  "asked.several": "选择文件",
  "asked.one": "选择一个文件",
  "asked.cancel": "取消上传",
}
