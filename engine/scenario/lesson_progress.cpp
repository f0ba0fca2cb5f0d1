// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/lesson_progress.h"

#include "base/atomic_file.h"

#include <fmt/format.h>

#include <cstdlib>
#include <sstream>

namespace pfnscope::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestFile = 64U << 10;

/// An absolute path in the environment; others are to be ignored, says the XDG specification.
std::optional<fs::path> folderFrom(const char* variable) {
    const char* value = std::getenv(variable);
    if (!value || !fs::path(value).is_absolute())
        return std::nullopt;
    return fs::path(value);
}

} // namespace

std::string lessonOption(const Scenario& lesson) {
    if (lesson.expect.empty())
        return {};
    return lesson.expect.contains("mainline") ? "mainline" : lesson.expect.begin()->first;
}

bool isTurn(const Question& question) {
    return question.question.starts_with("Your turn");
}

std::optional<fs::path> progressFile() {
    if (const auto config = folderFrom("XDG_CONFIG_HOME"))
        return *config / "pfnscope" / "progress";
    if (const auto home = folderFrom("HOME"))
        return *home / ".config" / "pfnscope" / "progress";
    return std::nullopt;
}

Result<Progress> Progress::load(const fs::path& file) {
    Progress progress;
    std::error_code ignored;
    if (!fs::exists(file, ignored))
        return progress;
    const auto text = readFile(file.string(), kLargestFile);
    if (!text)
        return fail(text.error());
    std::istringstream lines(*text);
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line.empty() || line.front() == '#')
            continue;
        std::istringstream words(line);
        std::string lesson;
        LessonScore score;
        std::string more;
        if (!(words >> lesson >> score.right >> score.asked) || words >> more || score.right > score.asked)
            return fail({ErrorKind::Syntax,
                         {file.string(), number, 1},
                         line,
                         "a lesson's name, how many answers were right, and how many questions there were"});
        progress.scores_[lesson] = score;
    }
    return progress;
}

std::optional<LessonScore> Progress::of(const std::string& lesson) const {
    const auto found = scores_.find(lesson);
    return found == scores_.end() ? std::nullopt : std::optional(found->second);
}

Result<void> Progress::save(const fs::path& file) const {
    std::error_code problem;
    fs::create_directories(file.parent_path(), problem);
    if (problem)
        return fail({ErrorKind::CannotWrite,
                     {file.parent_path().string(), 0, 0},
                     problem.message(),
                     "a folder for the progress of lessons"});
    std::string text = "# Lessons of pfnscope: name, answers that were right, questions\n";
    for (const auto& [lesson, score] : scores_)
        text += fmt::format("{} {} {}\n", lesson, score.right, score.asked);
    return writeFileAtomically(file.string(), text);
}

} // namespace pfnscope::scenario
