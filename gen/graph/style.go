package graph

// This file is how an SVG looks. Every rule is for what is within a drawing only, since the style of an svg element within a
// page is one of the whole page.

const style = `.zmqgen-graph{` + light + `;
font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}
@media (prefers-color-scheme:dark){.zmqgen-graph{` + dark + `}}
.light .zmqgen-graph,.zmqgen-graph.light{` + light + `}
.dark .zmqgen-graph,.zmqgen-graph.dark{` + dark + `}
.zmqgen-graph .canvas{fill:var(--canvas)}
.zmqgen-graph text{fill:var(--ink);font-size:12px}
.zmqgen-graph .box,.zmqgen-graph .card{fill:var(--box);stroke:var(--border)}
.zmqgen-graph .external .box{fill:none;stroke-dasharray:5 4}
.zmqgen-graph .device .box{stroke-width:2}
.zmqgen-graph .name{font-size:14px;font-weight:600}
.zmqgen-graph .times,.zmqgen-graph .place{font-size:11px;fill:var(--muted);text-anchor:end}
.zmqgen-graph .times{font-weight:600}
.zmqgen-graph .note{font-size:11px;fill:var(--muted)}
.zmqgen-graph .row{fill:none;stroke:none;pointer-events:all}
.zmqgen-graph .badge{fill:var(--kind)}
.zmqgen-graph .type{font-size:10px;font-weight:600;fill:var(--type);text-anchor:middle}
.zmqgen-graph .line{fill:none;stroke:var(--kind);stroke-width:1.5}
.zmqgen-graph .edge:hover .line{stroke-width:3}
.zmqgen-graph .head{fill:var(--kind)}
.zmqgen-graph .dot{fill:var(--kind,var(--ink));stroke:var(--kind,var(--ink));stroke-width:1.5}
.zmqgen-graph .connects{fill:var(--canvas)}
.zmqgen-graph .label{font-size:11px;fill:var(--kind);stroke:var(--canvas);stroke-width:4px;stroke-linejoin:round;paint-order:stroke}
.zmqgen-graph .left{text-anchor:end}
.zmqgen-graph .key{font-size:11px;fill:var(--muted)}
.zmqgen-graph a{text-decoration:none}
.zmqgen-graph a:hover .name,.zmqgen-graph a:hover .called{text-decoration:underline}
.zmqgen-graph a:focus-visible{outline:none}
.zmqgen-graph .node a:focus-visible .box,.zmqgen-graph .socket a:focus-visible .row{stroke:var(--ink);stroke-width:3;stroke-dasharray:none}
.zmqgen-graph .pub-sub{--kind:var(--pub-sub)}
.zmqgen-graph .push-pull{--kind:var(--push-pull)}
.zmqgen-graph .req-rep{--kind:var(--req-rep)}
.zmqgen-graph .dealer-router{--kind:var(--dealer-router)}
.zmqgen-graph .pair{--kind:var(--pair)}
.zmqgen-graph .capture{--kind:var(--muted)}
.zmqgen-graph.compared .socket,.zmqgen-graph.compared .edge,.zmqgen-graph.compared .label{--kind:var(--plain)}
.zmqgen-graph.compared .added{--kind:var(--added)}
.zmqgen-graph.compared .removed{--kind:var(--removed)}
.zmqgen-graph.compared .changed{--kind:var(--changed)}
.zmqgen-graph .node.added .box,.zmqgen-graph .node.removed .box,.zmqgen-graph .node.changed .box{stroke:var(--kind);stroke-width:2}
.zmqgen-graph .socket.added .row,.zmqgen-graph .socket.removed .row,.zmqgen-graph .socket.changed .row{stroke:var(--kind)}
.zmqgen-graph .edge.added .line,.zmqgen-graph .edge.changed .line{stroke-width:2.5}
.zmqgen-graph .removed .line,.zmqgen-graph .node.removed .box,.zmqgen-graph .socket.removed .row{stroke-dasharray:5 4}
.zmqgen-graph .node.removed>.name,.zmqgen-graph .socket.removed .called{text-decoration:line-through}
`

// dark are the colours of a dark drawing.
const dark = `--canvas:#0d1117;--ink:#e6edf3;--muted:#9198a1;--box:#161b22;--border:#4d5663;--type:#0d1117;
--pub-sub:#58a6ff;--push-pull:#bc8cff;--req-rep:#4cc2b8;--dealer-router:#f778ba;--pair:#d8a657;
--plain:#7d8590;--added:#3fb950;--removed:#f85149;--changed:#d29922`

// light are those of a light one.
const light = `--canvas:#fff;--ink:#1f2328;--muted:#59636e;--box:#f6f8fa;--border:#b3bcc6;--type:#fff;
--pub-sub:#0969da;--push-pull:#8250df;--req-rep:#0b7d78;--dealer-router:#bf3989;--pair:#8a5a1e;
--plain:#656f7a;--added:#1a7f37;--removed:#cf222e;--changed:#9a6700`
