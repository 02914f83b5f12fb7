/** Paths of other clouds: they stand in the Drive as Clouds/NAME. */
export const cloudsFolder = "Clouds"

export const isInClouds = (path: string): boolean => path === cloudsFolder || path.startsWith(`${cloudsFolder}/`)

/** Whether it is a cloud itself, and not something in one. */
export const isCloud = (path: string): boolean => isInClouds(path) && path.split("/").length === 2
