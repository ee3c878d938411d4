// Two telephones. Everything comes in by textContent: a text can never become markup.
const EVERY = 700; // milliseconds between two looks

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

class Phone {
  constructor(section) {
    this.number = section.dataset.number;
    this.log = section.querySelector(".log");
    this.words = section.querySelector("textarea");
    this.picture = section.querySelector("input");
    this.status = section.querySelector(".status");
    this.shown = 0;
    const form = section.querySelector("form");
    form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.words.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    });
  }

  async send() {
    const body = { number: this.number, text: this.words.value, picture: this.picture.checked };
    if (!body.text.trim() && !body.picture) return;
    this.words.value = "";
    this.picture.checked = false;
    this.status.textContent = "";
    try {
      const answer = await fetch("sms-simulator/send", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      if (!answer.ok || !(await answer.json()).sent) throw new Error("refused");
    } catch {
      this.status.textContent = "Not sent. Is the service running?";
    }
    look();
  }

  show(texts) {
    for (const text of texts.slice(this.shown)) {
      if (!this.shown) this.log.replaceChildren();
      this.shown += 1;
      const mine = text.from === "patient";
      const line = element("div", mine ? "text mine" : "text");
      const bubble = element("div", "bubble", (text.picture ? "🖼 " : "") + text.text);
      bubble.dir = "auto";
      const time = new Date(text.at).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
      const size = text.segments === 1 ? "1 segment" : `${text.segments} segments`;
      line.append(bubble, element("span", "about", mine ? time : `${time} · ${size}`));
      this.log.append(line);
      this.log.scrollTop = this.log.scrollHeight;
    }
  }
}

const phones = [...document.querySelectorAll(".phone")].map((section) => new Phone(section));

async function look() {
  try {
    const all = await (await fetch("sms-simulator/texts", { cache: "no-store" })).json();
    for (const phone of phones) phone.show(all[phone.number] ?? []);
  } catch {
    // the service is starting again: the next look finds it
  }
}

look();
setInterval(look, EVERY);
