// Talks to the API. The token lives in sessionStorage: it ends with the tab, and no cookie is set.
const KEY = "nk92.token";

export class SessionOver extends Error {}

class Refused extends Error {
  constructor(message) { super(message); this.forPatient = message; }
}

async function call(path, options = {}) {
  const response = await fetch(path, { ...options, credentials: "omit", cache: "no-store" });
  const body = await response.json();
  if (response.ok) return body;
  if (response.status === 401) { sessionStorage.removeItem(KEY); throw new SessionOver(body.error?.message); }
  throw new Refused(body.error?.message);
}

const bearer = () => ({ Authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ""}` });

export async function openConversation() {
  const { token } = await call("/api/session", { method: "POST" });
  sessionStorage.setItem(KEY, token);
}

export async function fetchHistory() {
  if (!sessionStorage.getItem(KEY)) { await openConversation(); return []; }
  return (await call("/api/messages", { headers: bearer() })).messages;
}

export async function postMessage(message) {
  const post = () => call("/api/messages", {
    method: "POST", headers: { ...bearer(), "Content-Type": "application/json" }, body: JSON.stringify(message),
  });
  if (!sessionStorage.getItem(KEY)) await openConversation();
  try {
    return await post();
  } catch (problem) {
    if (!(problem instanceof SessionOver)) throw problem;
    await openConversation();
    return post();
  }
}
