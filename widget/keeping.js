// Takes the conversation out of the page: on paper, or as a text file.
const head = (chat) => `${chat.t.title} – ${chat.clinic.name}\n${new Date().toLocaleString(chat.language)}\n\n`;

export function save(chat, text) {
  const url = URL.createObjectURL(new Blob([head(chat) + text], { type: "text/plain;charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: `nk92-${new Date().toISOString().slice(0, 10)}.txt` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

// The page around the chat stays off the paper. The sheet is made by script: no inline style is needed.
export function print(chat, text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("@media screen{#nk92-paper{display:none}}@media print{body>:not(#nk92-paper){display:none!important}#nk92-paper{white-space:pre-wrap;font:12pt/1.5 sans-serif}}");
  const paper = Object.assign(document.createElement("div"), { id: "nk92-paper", textContent: head(chat) + text });
  document.body.append(paper);
  document.adoptedStyleSheets.push(sheet);
  addEventListener("afterprint", () => {
    paper.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  }, { once: true });
  window.print();
}
