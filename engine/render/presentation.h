// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view/diagram.h"
#include "view/history.h"

#include <string>
#include <vector>

/// Several pictures in order, for the formats that show a whole run.
namespace pfnscope::render {

/// One moment of a run: what is drawn, and what is said beside it.
struct Slide {
    view::Diagram diagram;
    std::string operation; ///< "munmap bar + 1M, 4K"
    std::string say;       ///< the scenario's words; may be empty
    std::vector<view::CallLine> calls;
    std::vector<std::string> changes;  ///< what differs from the slide before, in words
    std::vector<std::string> findings; ///< what is wrong from here on
    view::CostPoint cost;
};

struct Presentation {
    std::string title;
    std::string about;
    view::Stamp stamp;
    std::string yaml; ///< the scenario, so that the page can be opened as the file can
    std::vector<Slide> slides;
};

/// One page that needs nothing else: every slide, stepping by keyboard, the session as JSON inside.
std::string renderHtml(const Presentation& presentation);
/// asciicast v2 of `columns` x as many rows as the tallest slide needs: a frame and a marker a slide.
std::string renderCast(const Presentation& presentation);
/// One line a slide, with a header: step, operation, and the costs so far.
std::string renderCsv(const Presentation& presentation);

} // namespace pfnscope::render
