/** 关于密钥的用语。 */
import type { secretsEn } from "./secrets_en"

export const secretsZh: Record<keyof typeof secretsEn, string> = {
  "secrets.title": "密钥",
  "secrets.about": "您的笔记本所需的密钥和密码。它们由此服务器为您一人加密保存；笔记本、文件和共享内容中都不含这些值。",
  "secrets.none": "还没有密钥。",
  "secrets.add": "添加密钥",
  "secrets.edit": "编辑密钥",
  "secrets.name": "名称",
  "secrets.value": "值",
  "secrets.show": "显示 {name} 的值",
  "secrets.hide": "隐藏 {name} 的值",
  "secrets.access": "笔记本访问权限",
  "secrets.edit_one": "编辑 {name}",
  "secrets.delete_one": "删除 {name}",
  "secrets.delete_title": "删除 {name}？",
  "secrets.delete_text": "读取它的笔记本会提示它不存在。此操作无法撤消。",
  "secrets.keep_value": "留空则保留原值。",
  "secrets.use": "在 Python 中：",
  "secrets.grant_title": "允许此笔记本读取 {name}？",
  "secrets.grant_text": "您的运行时中的一个程序请求读取您的密钥 {name}。此后笔记本中的代码可以读取它的值，并可将其发送到任何地方。",
  "secrets.grant_author": "此笔记本由 {author} 编写。",
  "secrets.grant": "授予权限",
}
