import { useEffect, useState } from "react"

export const secondMs = 1000
export const minuteMs = 60 * secondMs

/** The time, looked at again every `everyMs`: what tells how long something takes is drawn anew as time goes. */
export function useClock(everyMs: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
