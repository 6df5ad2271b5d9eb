import { PICTURE_STYLE } from './generated/pictures.js'

const LIGHT = `--text:#1f2328;--faint:#59636e;--rule:#d8dee4;--panel:#fff;--ground:#f6f8fa;--accent:#0860ca;
--good:#1a7f37;--busy:#9a6700;--bad:#c1242d;--off:#59636e;
--good-soft:#dafbe1;--busy-soft:#fff3c4;--bad-soft:#ffe2e0;--off-soft:#eaeef2`

const DARK = `--text:#e6edf3;--faint:#9aa4af;--rule:#30363d;--panel:#0d1117;--ground:#010409;--accent:#58a6ff;
--good:#3fb950;--busy:#d9a420;--bad:#ff7b72;--off:#9aa4af;
--good-soft:#12351f;--busy-soft:#3a2d0a;--bad-soft:#4a1f1e;--off-soft:#21262d`

/** Colours for a page around the inspector too: the same names in light and dark. */
export const PALETTE = `:root,:host{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root,:host{${DARK}}}`

/** Everything inside the inspector's shadow root. */
export const STYLE = `${PICTURE_STYLE}
${PALETTE}
:host{display:block}
*{box-sizing:border-box}
.inspector{font:13px/1.45 system-ui,'Liberation Sans',sans-serif;color:var(--text);display:grid;gap:12px;min-width:0;
container-type:inline-size}
section{background:var(--panel);border:1px solid var(--rule);border-radius:10px;padding:12px;min-width:0}
header{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px;margin-bottom:8px}
h2{font-size:13px;font-weight:600;margin:0;flex:1}
.tools{display:flex;align-items:center;gap:6px;color:var(--faint);min-width:0}
.tools label{display:flex;align-items:center;gap:4px;white-space:nowrap}
.scale{min-width:42px;text-align:center;font-variant-numeric:tabular-nums;color:var(--faint)}
button,input[type=search]{font:inherit;color:var(--text);background:var(--panel);border:1px solid var(--rule);
border-radius:6px;padding:3px 10px;min-height:28px}
button:hover{background:var(--ground)}
button[aria-pressed=true]{border-color:var(--accent);color:var(--accent)}
input[type=search]{min-width:0;width:220px}
input{accent-color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.tabs{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));grid-auto-rows:66px;gap:6px;
margin-bottom:10px;padding:1px;height:140px;overflow:auto;contain:strict;will-change:transform}
.tabs button{display:grid;text-align:left;gap:1px;padding:6px 10px;border-left:4px solid var(--tone);min-width:0;
contain:strict}
.tabs span{overflow:hidden;text-overflow:ellipsis}
.tabs .chart{white-space:nowrap}
.tabs .chart{font-size:12px;color:var(--faint)}
.tabs .state{font-weight:600;color:var(--tone);overflow-wrap:break-word;line-height:1.3}
.tabs button{align-content:start}
.tabs [aria-selected=true]{background:var(--ground);box-shadow:0 0 0 1px var(--accent);border-color:var(--accent);
border-left-color:var(--tone)}
[data-tone=good]{--tone:var(--good);--soft:var(--good-soft)}[data-tone=busy]{--tone:var(--busy);--soft:var(--busy-soft)}
[data-tone=bad]{--tone:var(--bad);--soft:var(--bad-soft)}[data-tone=off]{--tone:var(--off);--soft:var(--off-soft)}
.stage{height:min(520px,62vh);overflow:auto;border:1px solid var(--rule);border-radius:8px;background:var(--page)}
.stage{contain:strict}
.picture{position:relative}
.picture svg{display:block;position:absolute;width:100%;height:100%}
.picture.ended{opacity:.55}
.sheet{will-change:transform;pointer-events:none}
.lanes,.rows{contain:content}
.lit .box{fill:none;stroke:var(--tone);stroke-width:2}
.leaf .box{fill:var(--tone);fill-opacity:.16;stroke-width:3}
.taken>.way{stroke-width:3}
.taken text{font-weight:700}
.flash>.way{stroke:var(--accent);stroke-width:5}
.flash text,.flash tspan{fill:var(--accent);font-weight:700}
.sheet .count{fill:var(--accent);font-size:10px;font-weight:700;text-anchor:end;paint-order:stroke;stroke:var(--page);
stroke-width:3px}
.sheet .long{font-size:8px}
.player{display:flex;flex-wrap:wrap;align-items:center;gap:6px;padding:8px 12px}
.player input{flex:1;min-width:120px}
.where{color:var(--faint);font-variant-numeric:tabular-nums;min-width:130px;text-align:right}
.lanes{overflow:hidden;cursor:pointer;border-radius:6px}
.lanes canvas{display:block}
.said,.outbox{margin:6px 0 0;color:var(--faint);min-height:1.45em}
.outbox{padding:0 12px 4px}
.rows{height:260px;overflow:auto;font:12px/1.5 ui-monospace,'Liberation Mono',monospace}
summary{display:grid;grid-template-columns:72px 170px minmax(0,1fr) 180px 32px;gap:10px;padding:3px 4px;cursor:pointer;
border-bottom:1px solid var(--rule);list-style:none}
summary::-webkit-details-marker{display:none}
summary:hover,details[open]>summary{background:var(--ground)}
summary span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.at,.generation{color:var(--faint);text-align:right}
.who{font-weight:600}
.cause{color:var(--accent)}
pre{margin:0;padding:8px 12px 10px 86px;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--ground)}
/* By the width of the inspector, which need not be that of the page. */
@container (max-width:640px){
/* Half a row more than fits says that there are others. */
.tabs{height:178px}
summary{grid-template-columns:64px minmax(0,1fr) 32px;gap:1px 8px}
summary .generation{grid-area:1/3}summary .way,summary .cause{grid-column:2/-1}summary .way{white-space:normal}
pre{padding-left:8px}.stage{height:420px}
input[type=search]{width:150px}.where{width:100%;text-align:left}
}`
