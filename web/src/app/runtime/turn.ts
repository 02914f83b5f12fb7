/** Whether the browser may tell of one's turn while the page is not looked at. */
export const mayAskToTell = (): boolean => "Notification" in globalThis && Notification.permission === "default"

export async function askToTell(): Promise<void> {
  await Notification.requestPermission()
}
