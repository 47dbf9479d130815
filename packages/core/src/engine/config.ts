// PLACEHOLDER: replaced by the configuration work in progress.
export class ConfigRegistry {
  value(_name: string): string | number | boolean { return '' }
  defineModuleParameter(_n: string, _p: unknown): void {}
  undefine(_n: string): void {}
  set(_p: readonly (readonly [string, string])[], _o: { startup: boolean }): string | undefined { return undefined }
}
