/** 挂载云端硬盘时的用语。 */
import type { mountEn } from "./mount_en"

export const mountZh: Record<keyof typeof mountEn, string> = {
  "ask_title": "允许此笔记本访问您的云端硬盘文件吗？",
  "ask_text": "此后，此笔记本中的代码可以读取、更改和删除您云端硬盘中的文件（位于运行时中的 {place}），以及您已连接的云存储中的文件，直到运行时结束。在那里删除的内容不会进入回收站。",
  "ask_readonly": "此后，此笔记本中的代码可以读取您云端硬盘中的所有文件（位于运行时中的 {place}）以及您已连接的云存储中的文件，直到运行时结束。",
  "ask_others": "您共享了此运行时：使用它的其他人也能访问这些文件。",
  "ask_author": "此笔记本由 {author} 编写。",
  "remember": "在此笔记本中不再询问",
  "permit": "允许访问",
  "refuse": "不用了",
  "mount": "挂载云端硬盘",
  "menu": "此运行时中的云端硬盘",
  "at": "云端硬盘：{place}",
  "at_readonly": "云端硬盘：{place}（只读）",
  "show": "显示 {place}",
  "unmount": "卸载 {place}",
  "forget": "挂载前再次询问",
  "mounted": "您的云端硬盘已挂载到 {place}。",
  "unmounted": "您的云端硬盘已卸载。",
  "forgotten": "从现在起，此笔记本在挂载您的云端硬盘前会先询问。",
  "full": "您的云端硬盘已超出配额。删除一些文件之前，无法通过此页面再存入文件。",
}

/** 服务器关于挂载的句子。 */
export const mountSentencesZh: Readonly<Record<string, string>> = {
  "Mountpoint must not be a symlink": "挂载点不能是符号链接",
  "Mountpoint must not already contain files": "挂载点中不能已有文件",
  "Mountpoint must either be a directory or not exist": "挂载点必须是文件夹，或者尚不存在",
  "Mountpoint must be in a directory that exists": "挂载点必须位于已有的文件夹中",
  "Mountpoint must not contain a space.": "挂载点不能包含空格。",
  "Mountpoint must not be in the Drive itself": "挂载点不能位于云端硬盘之内",
  "The Drive is mounted at 8 places already.": "云端硬盘已挂载在 8 个位置。",
  "The machine of this runtime does not have the Drive's folder.": "此运行时所在的机器上没有云端硬盘的文件夹。",
  "The Drive lies on a file system whose files can't be given to a runtime: that needs idmapped mounts, as ext4, xfs and btrfs have them.":
    "云端硬盘所在的文件系统无法将文件交给运行时：这需要 ext4、xfs、btrfs 等支持的 idmapped 挂载。",
  "The runtime's file system does not answer.": "运行时的文件系统没有响应。",
  "The runtime cannot be reached now.": "现在无法连接运行时。",
  "The runtime does not answer.": "运行时没有响应。",
  "The runtime is not ready.": "运行时尚未就绪。",
  "A local runtime cannot mount the Drive.": "本地运行时无法挂载云端硬盘。",
  "A read-only Drive needs a runtime with a container.": "只读挂载需要带容器的运行时。",
  "Your Drive can be mounted in your own runtime only.": "您的云端硬盘只能挂载到您自己的运行时中。",
  "Runtimes are for those who may edit the notebook.": "运行时仅供可以编辑笔记本的人使用。",
}
