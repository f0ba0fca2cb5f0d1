// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "option/catalogue.h"
#include "render/text.h"
#include "scenario/lesson_progress.h"
#include "scenario/scenario.h"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

/// A scenario played as a lesson: step by step, with pictures, narration and questions.
namespace pfnscope::app {

/// Where a lesson takes place.
struct Classroom {
    std::ostream& out;
    std::istream* in = nullptr; ///< the learner; null: nobody is there to answer, and everything is printed
    render::Charset charset = render::Charset::Unicode;
};

/// The lesson up to step `step`, and then `answer` in that step's place: what happens if the learner does
/// this.
Result<scenario::Scenario> attempt(const scenario::Scenario& lesson, std::size_t step,
                                   std::string_view answer, const option::Catalogue& known);

enum class LessonEnd : std::uint8_t {
    Finished, ///< every question was answered
    Printed,  ///< to the end, but nobody answered
    Left,     ///< the learner left before the end
};
struct LessonResult {
    LessonEnd end = LessonEnd::Left;
    scenario::LessonScore score;
};
Result<LessonResult> playLesson(const scenario::Scenario& lesson, const std::string& name,
                                const option::Catalogue& known, const Classroom& room);

} // namespace pfnscope::app
