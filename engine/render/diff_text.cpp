// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/diff_text.h"

#include "base/wrap.h"
#include "render/text.h"

#include <fmt/format.h>

namespace pfnscope::render {
namespace {

constexpr std::size_t kColumns = 72;

/// Broken where it has to be, each line with the same letter in front.
std::string lines(std::string_view lead, std::string_view words) {
    std::string out;
    for (const std::string& line : wrapText(toAscii(words), kColumns - lead.size()))
        out += fmt::format("{}{}\n", lead, line);
    return out;
}

} // namespace

std::string renderDiff(const Comparison& comparison) {
    std::string out = lines("--- ", toText(comparison.before)) + lines("+++ ", toText(comparison.now));
    if (!comparison.now.stepText.empty())
        out += lines("@@ ", comparison.now.stepText);
    if (comparison.differences.empty())
        out += "  no difference\n";
    for (const view::Difference& each : comparison.differences) {
        out += lines(fmt::format("{} ", letter(each.mark)), each.what);
        if (each.mark != view::Mark::Added && !each.before.empty())
            out += lines("-   ", each.before);
        if (each.mark != view::Mark::Removed && !each.after.empty())
            out += lines("+   ", each.after);
    }
    return out;
}

} // namespace pfnscope::render
