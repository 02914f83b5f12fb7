import type { togetherEn } from "./together_en"

/** Words about working together, and about what was done to cells. */
export const togetherZh: Record<keyof typeof togetherEn, string> = {
  "menu.edit": "编辑",
  "undo.insert": "撤销插入单元格",
  "undo.delete": "撤销删除单元格",
  "undo.move": "撤销移动单元格",
  "undo.convert": "撤销转换单元格",
  "undo.split": "撤销拆分单元格",
  "undo.merge": "撤销合并单元格",
  "undo.clear": "撤销清除输出",
  "undo.unclear": "撤销恢复输出",
  "undo.nothing": "撤销单元格操作",
  "redo.cell": "重做单元格操作",
  "undo.impossible": "无法再撤销：其他人已更改了这里。",
  "undo.merge_impossible": "合并后的文本已被更改，因此单元格保持合并。合并前的单元格在“已删除的单元格”列表中。",
  "cell.split": "在光标处拆分",
  "cell.merge": "与下一个单元格合并",

  "bin.title": "已删除的单元格",
  "bin.open": "已删除的单元格…",
  "bin.empty": "没有已删除的单元格。",
  "bin.hint": "最近删除的 100 个单元格及其输出会被保留。",
  "bin.restore": "恢复",
  "bin.restore_label": "恢复“{line}”",
  "bin.blank": "（空）",
  "bin.by": "{name} · {when}",
  "bin.outputs.one": "{count} 个输出",
  "bin.outputs.other": "{count} 个输出",

  "cell.ran_by": "{name} 运行了此单元格",
  "cell.runs_by": "{name} 正在运行此单元格",
  "cell.queued_by": "{name} 要运行此单元格",
}
