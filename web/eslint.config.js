import js from "@eslint/js"
import hooks from "eslint-plugin-react-hooks"
import ts from "typescript-eslint"

// Lowest first: a layer imports only from those before it. `words` is for all.
const layers = [["wire"], ["model"], ["sync"], ["editor", "output"], ["ui"], ["app"]]

const layerRules = layers.flatMap((names, level) =>
  names.map((name) => {
    const forbidden = layers.flatMap((others, at) =>
      at > level ? others : others.filter((other) => at === level && other !== name))
    return {
      files: [`src/${name}/**/*.{ts,tsx}`],
      rules: {
        "no-restricted-imports": ["error", {
          patterns: forbidden.map((other) => ({
            group: [`**/${other}/*`],
            message: `${name} may not import from ${other}: app → ui → editor | output → sync → model → wire`,
          })),
        }],
      },
    }
  }))

export default ts.config(
  { ignores: ["dist", "node_modules"] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js"] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "max-lines": ["error", { max: 400, skipBlankLines: false, skipComments: false }],
      "max-lines-per-function": ["error", { max: 120, skipComments: true }],
      "no-restricted-syntax": ["error", {
        selector: "ExportAllDeclaration", message: "no barrels: import from the file itself",
      }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error",
        { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": hooks },
    rules: { "react-hooks/rules-of-hooks": "error", "react-hooks/exhaustive-deps": "error" },
  },
  // `as` belongs to the parsers that have just checked what they cast.
  { files: ["src/wire/**/*.ts"], rules: { "@typescript-eslint/consistent-type-assertions": "off" } },
  { files: ["src/model/**/*.{ts,tsx}", "src/wire/**/*.{ts,tsx}"], rules: {
    "no-restricted-globals": ["error", "window", "document", "navigator", "location", "fetch", "WebSocket"] } },
  { files: ["src/ui/**/*.{ts,tsx}"], rules: { "no-restricted-globals": ["error", "fetch", "WebSocket"] } },
  { files: ["src/**/*.test.{ts,tsx}"], rules: { "max-lines-per-function": "off" } },
  ...layerRules,
  { files: ["**/*.js"], ...ts.configs.disableTypeChecked },
)
