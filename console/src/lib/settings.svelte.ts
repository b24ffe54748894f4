// What is kept between visits: the language and the light; and for this tab only, the token.
type Lang = "en" | "zh";
type Light = "auto" | "light" | "dark";

class Settings {
  lang = $state<Lang>((localStorage.getItem("lang") as Lang | null) ?? (navigator.language.startsWith("zh") ? "zh" : "en"));
  light = $state<Light>((localStorage.getItem("light") as Light | null) ?? "auto");
  token = $state(sessionStorage.getItem("token") ?? "");

  speak(lang: Lang): void {
    this.lang = lang;
    localStorage.setItem("lang", lang);
  }

  shine(light: Light): void {
    this.light = light;
    localStorage.setItem("light", light);
  }

  enter(token: string): void {
    this.token = token.trim();
    sessionStorage.setItem("token", this.token);
  }

  leave(): void {
    this.token = "";
    sessionStorage.removeItem("token");
  }
}

export const settings = new Settings();
