// The widget's looks, as a sheet made by script. Sizes are in em of the host; sides are logical, so right to left works.
export const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host { --ink: #14262b; --soft: #47585e; --paper: #f3f7f7; --card: #fff; --line: #c3d0d2; --edge: #6d8388; --brand: #0b6464; --on: #fff;
  --mine: #d5ecea; --red: #a01218; --red-paper: #fdeeee; --amber: #7d4a00; --amber-paper: #fff4df;
  font: calc(1rem * var(--size, 1))/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); color-scheme: light; }
:host([hidden]) { display: none; }
.dark { --ink: #e9f1f1; --soft: #aebfc2; --paper: #101b1e; --card: #1a292d; --line: #3b5055; --edge: #88a0a5; --brand: #6fd0cb; --on: #06201f;
  --mine: #1c4644; --red: #ffb4b0; --red-paper: #45171a; --amber: #ffcf87; --amber-paper: #40300f; color: var(--ink); color-scheme: dark; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
a { color: inherit; font-weight: 600; }
p { margin: 0; }
button { font: inherit; color: inherit; cursor: pointer; }
svg { width: 1.4em; height: 1.4em; flex: none; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
.dock { position: fixed; z-index: 2147483000; inset-block-end: max(1rem, env(safe-area-inset-bottom)); inset-inline-end: 1rem; display: flex; flex-direction: column; align-items: flex-end; gap: .5em; max-width: calc(100vw - 2rem); }
.start .dock { inset-inline: 1rem auto; align-items: flex-start; }
.pill, .launch { display: inline-flex; align-items: center; gap: .6em; min-height: 44px; padding: .45em 1.1em; border-radius: 2em; font-weight: 650; text-decoration: none; box-shadow: 0 2px 12px #0003; }
.pill { background: var(--card); color: var(--red); border: 1.5px solid var(--red); padding-block: .2em; }
.launch { background: var(--brand); color: var(--on); border: 2px solid var(--card); min-height: 56px; font-size: 1.0625em; }
.launch:hover { filter: brightness(1.12); }
.count { background: var(--red); color: var(--card); border-radius: 1em; min-width: 1.7em; padding: 0 .45em; text-align: center; font-size: .9em; }
dialog { position: fixed; z-index: 2147483001; inset: auto; inset-block-end: 1rem; inset-inline-end: 1rem; margin: 0; padding: 0; width: min(25.5em, calc(100vw - 2rem)); height: min(44em, calc(100dvh - 2rem)); max-width: none; max-height: none;
  border: 1px solid var(--edge); border-radius: 1.1em; background: var(--paper); color: var(--ink); overflow: hidden; box-shadow: 0 12px 48px #0004; }
.start dialog { inset-inline: 1rem auto; }
dialog[open] { display: flex; flex-direction: column; animation: rise .18s ease-out; }
@keyframes rise { from { transform: translateY(12px); opacity: 0; } }
.top { display: flex; align-items: center; gap: .25em; padding: .6em .5em .6em 1em; padding-inline: 1em .5em; background: var(--card); }
.top div { flex: 1; min-width: 0; }
h2 { margin: 0; font-size: 1.0625em; line-height: 1.3; }
.top p { color: var(--soft); font-size: .875em; line-height: 1.3; }
.plain { border: 0; background: none; min-width: 44px; min-height: 44px; border-radius: .7em; display: inline-grid; place-items: center; }
.plain .dots { stroke-width: 4; }
.plain:hover, .menu button:hover { background: var(--mine); }
.help { padding: 0 1em .3em; background: var(--card); border-block-end: 1px solid var(--line); font-size: .9375em; }
.help a { display: inline-flex; align-items: center; min-height: 34px; }
.help span { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1em; font-size: .9375em; }
.help span span { gap: .35em; font-size: 1em; flex-wrap: nowrap; }
a[href^=tel] { white-space: nowrap; }
.help .sos { color: var(--red); }
.under { position: relative; }
.menu { position: absolute; z-index: 2; inset-block-start: .4em; inset-inline-end: .6em; min-width: 14em; padding: .4em; background: var(--card); border: 1px solid var(--edge); border-radius: .9em; box-shadow: 0 8px 28px #0004; }
.menu button { display: block; width: 100%; min-height: 44px; padding: .3em .8em; text-align: start; border: 0; background: none; border-radius: .6em; }
.menu .danger { color: var(--red); }
.scroll { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 1em; }
.consent { background: var(--card); border: 1px solid var(--line); border-radius: 1em; padding: 1em; }
.consent ul { margin: 0 0 1em; padding-inline-start: 1.2em; }
.consent li { margin-block-end: .5em; }
.line { width: fit-content; max-width: 88%; margin-block-end: .8em; }
.mine { margin-inline-start: auto; }
.bubble { padding: .6em .9em; border: 1px solid var(--line); border-radius: 1.1em; border-start-start-radius: .3em; background: var(--card); overflow-wrap: anywhere; }
.words { white-space: pre-line; }
.mine .bubble { background: var(--mine); border-color: transparent; border-radius: 1.1em; border-start-end-radius: .3em; }
.meta { display: flex; align-items: center; flex-wrap: wrap; gap: .2em .6em; margin: .15em .4em 0; color: var(--soft); font-size: .8125em; }
.mine .meta { justify-content: flex-end; }
.source { margin-block-start: .6em; padding-block-start: .45em; border-block-start: 1px solid var(--line); color: var(--soft); font-size: .875em; }
.unsent .bubble { border: 2px dashed var(--red); background: var(--card); }
.unsent .meta { color: var(--red); font-weight: 600; font-size: .9em; }
.unsent button { min-height: 36px; padding: 0 .8em; border: 1.5px solid currentColor; border-radius: 1.2em; background: var(--card); font-weight: 650; }
.emergency, .urgent { --tone: var(--red); --tint: var(--red-paper); max-width: 100%; width: auto; }
.urgent { --tone: var(--amber); --tint: var(--amber-paper); }
.emergency .bubble, .urgent .bubble { border: 2px solid var(--tone); border-inline-start-width: 8px; background: var(--tint); border-radius: .8em; }
.flag { display: flex; align-items: center; gap: .45em; margin-block-end: .3em; color: var(--tone); font-size: 1.0625em; text-transform: uppercase; letter-spacing: .05em; }
.calls { display: flex; flex-wrap: wrap; gap: .5em; margin-block-start: .7em; }
.call { flex: 1 1 100%; display: inline-flex; align-items: center; justify-content: center; min-height: 48px; padding: .3em 1em; border-radius: .7em; background: var(--tone); color: var(--card); font-weight: 700; text-align: center; text-decoration: none; }
.typing { width: fit-content; display: flex; gap: .35em; padding: .85em 1em; margin-block-end: .8em; border: 1px solid var(--line); border-radius: 1.1em; background: var(--card); }
.typing i { width: .5em; height: .5em; border-radius: 50%; background: var(--soft); animation: beat 1.2s infinite; }
.typing i:nth-child(2) { animation-delay: .2s; }
.typing i:nth-child(3) { animation-delay: .4s; }
@keyframes beat { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }
.choices { display: flex; flex-wrap: wrap; gap: .5em; }
.choices button, .main, .earlier { min-height: 44px; padding: .35em 1em; border: 1.5px solid var(--brand); border-radius: 1.4em; background: var(--card); color: var(--brand); font-weight: 600; text-align: start; }
.choices button:hover { background: var(--mine); }
.main { background: var(--brand); color: var(--on); }
.main.danger { background: var(--red); border-color: var(--red); color: var(--card); }
.earlier { display: block; margin: 0 auto 1em; }
.note { padding: .6em 1em; background: var(--amber-paper); color: var(--amber); border-block-start: 1px solid currentColor; font-size: .9375em; font-weight: 600; }
.ask { padding: .8em 1em; background: var(--card); border-block-start: 2px solid var(--red); }
.ask .choices { margin-block-start: .6em; }
form { padding: .5em 1em .8em; background: var(--card); border-block-start: 1px solid var(--line); }
label { font-size: .875em; font-weight: 600; }
.row { display: flex; align-items: flex-end; gap: .5em; }
textarea { flex: 1; min-width: 0; min-height: 46px; max-height: 8em; resize: none; padding: .55em .8em; font: inherit; color: var(--ink); background: var(--paper); border: 1.5px solid var(--edge); border-radius: .8em; field-sizing: content; }
.row .main { min-width: 5em; min-height: 46px; text-align: center; }
.row .main svg { display: block; margin: auto; }
@media (max-width: 34em) { dialog, .start dialog { inset: 0; width: 100%; height: 100dvh; border: 0; border-radius: 0; } }
@media (max-height: 30em) { dialog { overflow-y: auto; } dialog[open] { display: block; } .scroll { overflow: visible; } .note { position: static; } }
@media (prefers-reduced-motion: reduce) { *, dialog[open] { animation: none !important; scroll-behavior: auto !important; } }
@media (forced-colors: active) { .call, .main, .launch { border: 2px solid; } }
`);
