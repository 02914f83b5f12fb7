import type { en } from "./en"

/** Simplified Chinese. Same keys as `en`; the type and a test see to it. */
export const zhCn: Record<keyof typeof en, string> = {
  "action.cancel": "取消",
  "action.close": "关闭",
  "action.delete": "删除",
  "action.rename": "重命名",
  "action.dismiss": "知道了",
  "action.retry": "重试",

  "app.name": "Colibri",
  "app.tagline": "运行在您自己机器上的笔记本",
  "app.loading": "正在加载…",

  "field.email": "电子邮箱",
  "field.name": "姓名",
  "field.password": "密码",
  "field.new_password": "新密码",
  "field.repeat_password": "再次输入密码",
  "field.show_password": "显示密码",
  "field.hide_password": "隐藏密码",

  "form.email_invalid": "这不是有效的邮箱地址。",
  "form.name_missing": "请输入姓名。",
  "form.password_missing": "请输入密码。",
  "form.password_short": "密码至少需要 {min} 个字符。",
  "form.password_differs": "两次输入的密码不一致。",

  "sign_in.submit": "登录",

  "setup.title": "设置您的账号",
  "setup.text": "您是通过一次性链接进入的，请设置以后的登录方式。",
  "setup.submit": "保存并继续",
  "setup.later": "以后再说",
  "setup.password_hint": "至少 {min} 个字符，用一句话更容易记住。",

  "list.not_notebook": "此处只能上传 .ipynb 文件。",
  "list.rename_title": "重命名笔记本",
  "list.rename_label": "新名称",

  "account.menu": "{name} 的账号",
  "account.settings": "设置",
  "account.sign_out": "退出登录",

  "theme.light": "浅色",
  "theme.dark": "深色",
  "theme.system": "跟随系统",
  "language.label": "语言",

  "time.just_now": "刚刚",

  "toast.region": "消息",

  "output.cut": "… 有 {lines}（{size}）未保留 …",
  "output.lines.one": "{count} 行",
  "output.lines.other": "{count} 行",
  "output.dropped.one": "另有 {count} 个输出未保留",
  "output.dropped.other": "另有 {count} 个输出未保留",
  "output.show_all": "全部显示",
  "output.show_less": "收起",
  "output.image": "输出图像",
  "output.image_failed": "无法显示该图像。",
  "output.image_huge": "图像非常大：{width} × {height} 像素。",
  "output.image_show": "仍要显示",
  "output.load_failed": "无法加载该输出。",
  "output.loading": "正在加载输出…",
  "output.frame_title": "单元格输出",
  "output.frame_untrusted": "该输出会运行自带的代码，但无法访问您的任何内容。",
  "output.frame_run": "显示",
  "output.frame_stopped": "该输出反复重新加载，已被停止。",
  "output.type_note": "暂不支持绘制 {type}，以文本显示。",
  "output.type_only_note": "暂不支持绘制 {type}。",
  "output.json_more.one": "… 还有 {count} 项",
  "output.json_more.other": "… 还有 {count} 项",
  "output.json_items.one": "{count} 项",
  "output.json_items.other": "{count} 项",
  "output.json_expand": "展开",
  "output.json_collapse": "折叠",
  "output.json_expand_all": "全部展开",
  "output.json_collapse_all": "全部折叠",
  "output.json_copy": "复制 JSON",
  "output.json_copied": "已复制",
}
