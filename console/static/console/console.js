// Keys, sound and badge of the console. The pages work without it; nothing here makes markup.
const title = document.title

const openers = () => [...document.querySelectorAll("a.open")]
const holder = () => document.activeElement?.closest(".case, .group")

function move(step) {
  const all = openers()
  if (!all.length) return
  const here = all.findIndex((link) => holder()?.contains(link))
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, here + step))
  all[next].focus()
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target.closest("input, textarea, select")) return
  const key = event.key.toLowerCase()
  if (key === "j") move(1)
  else if (key === "k") move(-1)
  else if (key === "a") holder()?.querySelector("button.ack")?.click()
  else if (/^[1-5]$/.test(key)) holder()?.querySelector(`[data-key="${key}"]`)?.click()
  else return
  event.preventDefault()
})

// A wrong answer needs the question that it really was: the key leads to the field first.
document.addEventListener("click", (event) => {
  const button = event.target.closest('button[value="wrong"]')
  const field = button?.form.elements.subject
  if (field && !field.value) {
    event.preventDefault()
    field.focus()
  }
})

// Sound: two short tones. Browsers allow it only after the person has done something on the page.
let audio = null
const button = document.getElementById("sound")
const wanted = () => sessionStorage.getItem("sound") !== "off"

function showSound() {
  if (!button) return
  const on = wanted() && audio?.state === "running"
  button.hidden = false
  button.setAttribute("aria-pressed", String(on))
  button.textContent = on ? "Sound is on" : "Sound is off"
}

async function wake() {
  if (!button || !wanted()) return
  audio ??= new AudioContext()
  if (audio.state === "suspended") await audio.resume()
  showSound()
}

button?.addEventListener("click", async (event) => {
  event.stopPropagation()
  const on = button.getAttribute("aria-pressed") === "true"
  sessionStorage.setItem("sound", on ? "off" : "on")
  if (on) await audio.suspend()
  else await wake()
  showSound()
})
document.addEventListener("pointerdown", wake)
document.addEventListener("keydown", wake)

function ring() {
  if (!audio || audio.state !== "running") return
  for (const [at, pitch] of [[0, 880], [0.22, 660], [0.6, 880], [0.82, 660]]) {
    const tone = audio.createOscillator()
    const volume = audio.createGain()
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0.0001, audio.currentTime + at)
    volume.gain.exponentialRampToValueAtTime(0.35, audio.currentTime + at + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + at + 0.2)
    tone.connect(volume).connect(audio.destination)
    tone.start(audio.currentTime + at)
    tone.stop(audio.currentTime + at + 0.21)
  }
}

function look() {
  const board = document.querySelector("[data-emergencies]")
  if (!board) return
  const now = board.dataset.emergencies ? board.dataset.emergencies.split(",") : []
  const heard = sessionStorage.getItem("heard")?.split(",") // "number.round" of what this tab has rung for, on any page
  if (heard && now.some((one) => !heard.includes(one))) {
    document.documentElement.dataset.rang = String(Number(document.documentElement.dataset.rang ?? 0) + 1)
    ring()
  }
  sessionStorage.setItem("heard", now.join(","))
  document.title = now.length ? `(${now.length}) ${title}` : title
}

// A board that cannot be renewed must not look as if all were calm.
let lost = false
function say(broken) {
  if (broken === lost) return
  lost = broken
  const status = document.querySelector(".messages")
  status.querySelector(".lost")?.remove()
  if (!broken) return
  const line = document.createElement("p")
  line.className = "message error lost"
  line.textContent = "This page is cut off from the service and shows old data. It goes on by itself when the connection is back."
  status.append(line)
}
document.addEventListener("htmx:sendError", () => say(true))
document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.status >= 500))
document.addEventListener("htmx:afterRequest", (event) => event.detail.successful && say(false))
document.addEventListener("htmx:afterSettle", look)

for (const one of document.querySelectorAll("[data-print]")) {
  one.hidden = false
  one.addEventListener("click", () => {
    for (const table of document.querySelectorAll("details")) table.open = true
    print()
  })
}

look()
showSound()
