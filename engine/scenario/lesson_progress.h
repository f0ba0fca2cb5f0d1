// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "scenario/scenario.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

/// Lessons: under which option one is played, and which ones a user has finished (kept in the user's config
/// folder).
namespace pfnscope::scenario {

/// The option a lesson is played under: mainline where the lesson says what it expects of that, else the
/// first of which it says so. Empty: it expects nothing.
std::string lessonOption(const Scenario& lesson);

/// A question that begins with "Your turn" is answered by a step: its answers are steps as a file has them.
bool isTurn(const Question& question);

struct LessonScore {
    unsigned right = 0; ///< questions answered right at the first attempt
    unsigned asked = 0;
    bool operator==(const LessonScore&) const = default;
};

/// $XDG_CONFIG_HOME/pfnscope/progress, else ~/.config/pfnscope/progress; empty when neither folder is known.
std::optional<std::filesystem::path> progressFile();

/// A line a lesson: its name, right answers, questions. '#' begins a comment.
class Progress {
public:
    /// A file that is not there is an empty one.
    static Result<Progress> load(const std::filesystem::path& file);

    std::optional<LessonScore> of(const std::string& lesson) const;
    void finish(const std::string& lesson, LessonScore score) { scores_[lesson] = score; }
    /// In one piece or not at all; makes the folder.
    Result<void> save(const std::filesystem::path& file) const;

private:
    std::map<std::string, LessonScore> scores_;
};

} // namespace pfnscope::scenario
