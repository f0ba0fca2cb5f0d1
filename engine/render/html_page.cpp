// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/html_page.h"

#include "render/svg.h"

#include <fmt/format.h>

namespace pfnscope::render {
namespace {

constexpr std::string_view kPageStyle = R"(
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;margin:0;color:#111;background:#fff}
main{max-width:76rem;margin:0 auto;padding:1rem 1.5rem 4rem}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:1px solid #bbb}
h3{font-size:1.05rem;margin:1.5rem 0 .3rem}
table{border-collapse:collapse;margin:.6rem 0}th,td{border:1px solid #bbb;padding:.25rem .55rem;text-align:left;vertical-align:top}
th{background:#f2f2f2}td.number{text-align:right;font-variant-numeric:tabular-nums}
code,pre{font:13px/1.45 'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace}
pre{overflow:auto;padding:.6rem;background:#f6f6f6}
.bad{color:#a33b00;font-weight:bold}.good{color:#00664b;font-weight:bold}.warn{color:#7a5600;font-weight:bold}
.stampline{color:#555;font-size:.85rem}
.pair{display:flex;flex-wrap:wrap;gap:1rem}.pair figure{margin:0;min-width:0;overflow:auto}figcaption{font-weight:bold}
svg.pfnscope{max-width:100%;height:auto}
nav.steps{position:sticky;top:0;background:#fff;padding:.5rem 0;display:flex;gap:.5rem;align-items:center;flex-wrap:wrap;border-bottom:1px solid #bbb}
nav.steps button{font:inherit;padding:.2rem .8rem}nav.steps input{flex:1;min-width:8rem}
.slide{display:none}.slide.shown{display:grid;grid-template-columns:minmax(0,3fr) minmax(15rem,2fr);gap:1.5rem}
.slide .picture{overflow:auto}.say{font-size:1.1rem}
.calls{white-space:pre-wrap;overflow-wrap:anywhere}.calls .now{font-weight:bold}
@media (max-width:60rem){.slide.shown{grid-template-columns:1fr}}
@media (prefers-color-scheme:dark){body,nav.steps{background:#14171a;color:#eee}th{background:#262b30}pre{background:#1c2024}
.bad{color:#ff9a4d}.good{color:#4fd0a8}.warn{color:#f0c04a}.stampline{color:#bbb}}
@media print{nav.steps{display:none}.slide{display:grid;grid-template-columns:1fr;break-after:page}}
)";

} // namespace

std::string htmlHead(std::string_view title) {
    return fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<title>{}</title>\n<style>{}{}</style>\n</head>\n",
                       escapeXml(title), kPageStyle, svgStyle());
}

} // namespace pfnscope::render
