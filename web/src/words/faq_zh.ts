import type { faqEn } from "./faq_en"

/** The questions and their answers, in Chinese. */
export const faqZh: Record<keyof typeof faqEn, string> = {
  "faq.where.q": "我的代码在哪里运行？",
  "faq.where.a": "在此服务器（或其集群的一台机器）上属于您自己的 Linux 容器中。您是它的 root；在其中安装或弄坏的东西会随它一起消失，别人也看不到。",
  "faq.closed.q": "关闭标签页会怎样？",
  "faq.closed.a": "代码会继续运行，输出会保存。用任何浏览器再次打开笔记本，就能看到全部内容。",
  "faq.end.q": "运行时何时结束？",
  "faq.end.a": "在您结束它、长时间未使用或时限已到时。页面会提前通知您，您可以选择保留。“运行时 → 查看资源”会显示相关时间。",
  "faq.files.q": "运行时结束后，我的文件在哪里？",
  "faq.files.a": "/content 中的文件在一段时间内可以下载：通过结束时的通知，或在“管理会话”中。需要长期保留的内容请放在云端硬盘中。",
  "faq.packages.q": "如何安装软件包？",
  "faq.packages.a": "在单元格中使用 %pip install 名称，或 !apt-get install 名称。它们与运行时同寿命：请把这一行放在笔记本的第一个单元格里。管理员也可以构建包含它们的镜像。",
  "faq.gpu.q": "如何使用 GPU？",
  "faq.gpu.a": "“运行时 → 更改运行时类型”会显示此服务器有哪些、哪些空闲以及需要等多久。关闭标签页也会保留您的排队位置。",
  "faq.share.q": "如何与他人协作？",
  "faq.share.a": "点击“共享”。每个人都能实时看到他人的输入。各人在自己的运行时中运行单元格，除非有人共享了自己的运行时。",
  "faq.lost.q": "误删的内容能找回吗？",
  "faq.lost.a": "Ctrl+M Z 可恢复单元格及其输出，“编辑 → 已删除的单元格”列出最近一百个，“文件 → 修订历史记录”中有笔记本以前的样子。",
  "faq.colab.q": "Google Colab 的笔记本能用吗？",
  "faq.colab.a": "能：“文件 → 上传笔记本”。表单、%%bash、google.colab 等用法都和您熟悉的一样。只有 Google 才有的服务（如 BigQuery）这里没有。",
  "faq.trust.q": "运行别人的笔记本安全吗？",
  "faq.trust.a": "代码在您的运行时中能做您能做的一切，包括使用您挂载的内容和交给它的密钥。首次运行他人编写的代码之前，Colibri 会先询问您。它无法触及您的浏览器或他人的运行时。",
}
