/** Made by frame_libraries.ts while the page is built. */
declare module "virtual:frame-libraries" {
  export const libraryUrls: Readonly<Record<"plotly" | "vega" | "bokeh" | "widgets" | "pdf", string>>
}
declare module "virtual:language-server" {
  export const languageServerUrl: string
}
