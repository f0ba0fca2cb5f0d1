// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/html_page.h"
#include "render/presentation.h"
#include "render/svg.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace pfnscope::render {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kScript = R"(
'use strict';
const slides=[...document.querySelectorAll('.slide')],slider=document.getElementById('slider'),where=document.getElementById('where');
let at=0;
function show(n){at=Math.max(0,Math.min(slides.length-1,n));
 slides.forEach((s,i)=>s.classList.toggle('shown',i===at));slider.value=at;where.textContent=at+' / '+(slides.length-1);
 history.replaceState(null,'','#'+at);}
const keys={PageDown:1,ArrowRight:1,']':1,'.':1,' ':1,PageUp:-1,ArrowLeft:-1,'[':-1,',':-1};
addEventListener('keydown',e=>{if(e.ctrlKey||e.altKey||e.metaKey)return;
 if(e.key in keys)show(at+keys[e.key]);else if(e.key==='Home')show(0);else if(e.key==='End')show(slides.length-1);else return;
 e.preventDefault();});
document.getElementById('first').onclick=()=>show(0);document.getElementById('back').onclick=()=>show(at-1);
document.getElementById('on').onclick=()=>show(at+1);document.getElementById('last').onclick=()=>show(slides.length-1);
slider.oninput=()=>show(+slider.value);show(parseInt(location.hash.slice(1),10)||0);
)";

std::string list(std::string_view heading, const std::vector<std::string>& lines, std::string_view cls) {
    if (lines.empty())
        return {};
    constexpr std::size_t kMost = 40;
    std::string out = fmt::format("<h3>{}</h3><ul class=\"{}\">", heading, cls);
    for (std::size_t i = 0; i < std::min(lines.size(), kMost); ++i)
        out += fmt::format("<li>{}</li>", escapeXml(lines[i]));
    if (lines.size() > kMost)
        out += fmt::format("<li>and {} more</li>", lines.size() - kMost);
    return out + "</ul>\n";
}

std::string callList(const std::vector<view::CallLine>& calls) {
    if (calls.empty())
        return {};
    std::string out = "<h3>Kernel calls</h3><pre class=\"calls\">";
    for (const view::CallLine& call : calls)
        out += fmt::format("{}{}{}{}\n", std::string(2 * call.depth, ' '),
                           call.current ? "<span class=\"now\">" : "", escapeXml(call.text),
                           call.current ? "</span>" : "");
    return out + "</pre>\n";
}

std::string slideHtml(const Slide& slide, std::size_t number) {
    view::Diagram picture = slide.diagram;
    picture.caption.clear();
    std::string out =
        fmt::format("<section class=\"slide\" id=\"slide-{}\">\n<div class=\"picture\">\n{}</div>\n<div>\n",
                    number, renderSvg(picture, {Page::Transparent, fmt::format("s{}-", number), false}));
    out += fmt::format("<h2>{} <code>{}</code></h2>\n", number, escapeXml(slide.operation));
    if (!slide.say.empty())
        out += fmt::format("<p class=\"say\">{}</p>\n", escapeXml(slide.say));
    out += list("Findings", slide.findings, "bad");
    out += fmt::format("<p>deposited {}, tables {} bytes, faults {}, TLB flushes {}</p>\n",
                       slide.cost.deposited, slide.cost.tableBytes, slide.cost.faults, slide.cost.flushes);
    out += list("What changed", slide.changes, "changes");
    return out + callList(slide.calls) + "</div>\n</section>\n";
}

/// Inside <script>: no "</" may occur.
std::string sessionJson(const Presentation& presentation) {
    ordered_json steps = ordered_json::array();
    for (const Slide& slide : presentation.slides)
        steps.push_back({{"operation", slide.operation},
                         {"say", slide.say},
                         {"deposited", slide.cost.deposited},
                         {"table_bytes", slide.cost.tableBytes},
                         {"faults", slide.cost.faults},
                         {"findings", slide.findings}});
    const view::Stamp& stamp = presentation.stamp;
    const ordered_json json{
        {"format", "pfnscope-session-1"}, {"scenario", stamp.scenario}, {"option", stamp.option},
        {"version", stamp.version},       {"hash", stamp.hash},         {"model", stamp.model},
        {"yaml", presentation.yaml},      {"steps", std::move(steps)}};
    std::string safe;
    for (const char c : json.dump(-1, ' ', false, ordered_json::error_handler_t::replace))
        safe += c == '<' ? std::string("\\u003c") : std::string(1, c);
    return safe;
}

} // namespace

std::string renderHtml(const Presentation& presentation) {
    const std::size_t last = presentation.slides.empty() ? 0 : presentation.slides.size() - 1;
    std::string out = htmlHead(presentation.title);
    out += fmt::format("<body>\n<main>\n<h1>{}</h1>\n<p>{}</p>\n<p class=\"stampline\">{}</p>\n",
                       escapeXml(presentation.title), escapeXml(presentation.about),
                       escapeXml(toText(presentation.stamp)));
    out += fmt::format(
        "<nav class=\"steps\" aria-label=\"Steps\"><button id=\"first\">|&lt;</button>"
        "<button id=\"back\">&lt;</button><button id=\"on\">&gt;</button><button id=\"last\">&gt;|</button>"
        "<input id=\"slider\" type=\"range\" min=\"0\" max=\"{}\" value=\"0\" aria-label=\"Step\">"
        "<output id=\"where\"></output><span>Page Down, Page Up, Home, End</span></nav>\n",
        last);
    for (std::size_t i = 0; i < presentation.slides.size(); ++i)
        out += slideHtml(presentation.slides[i], i);
    out += fmt::format(
        "</main>\n<script type=\"application/json\" id=\"session\">{}</script>\n<script>{}</script>\n",
        sessionJson(presentation), kScript);
    return out + "</body>\n</html>\n";
}

} // namespace pfnscope::render
