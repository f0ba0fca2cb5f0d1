// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/data_paths.h"
#include "app/lesson.h"
#include "scenario/reader.h"
#include "scenario/runner.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <memory>

namespace pfnscope::app {
namespace {

struct LessonArguments {
    std::size_t number = 0; ///< 0: the list
    bool batch = false;
    bool ascii = false;
};

struct Lesson {
    std::string name; ///< "01-what-a-page-table-is"
    scenario::Scenario scenario;
};

Result<std::vector<Lesson>> shippedLessons(const option::Catalogue& known) {
    const auto folder = scenarioFolder();
    if (!folder)
        return fail({ErrorKind::CannotRead, {}, "scenarios", "the folder of the shipped scenarios"});
    std::vector<Lesson> lessons;
    for (const std::filesystem::path& file : yamlFilesBelow(*folder / "lessons")) {
        auto scenario = scenario::loadScenario(file.string(), known);
        if (!scenario)
            return fail(scenario.error());
        lessons.push_back({file.stem().string(), std::move(*scenario)});
    }
    return lessons;
}

void list(const std::vector<Lesson>& lessons, const scenario::Progress& progress, std::ostream& out) {
    for (std::size_t i = 0; i < lessons.size(); ++i) {
        const auto score = progress.of(lessons[i].name);
        fmt::print(out, "{:>2}  {:<40} {}\n", i + 1, lessons[i].scenario.title,
                   score ? fmt::format("finished, {} of {} right at once", score->right, score->asked) : "");
    }
    out << "\n\"pfnscope lesson 1\" begins with the first.\n";
}

/// What the lesson's scenario comes to under every option of which it expects something.
Result<ExitStatus> printVerdicts(const scenario::Scenario& lesson, const option::Catalogue& known,
                                 std::ostream& out) {
    ExitStatus status = ExitStatus::Done;
    out << "\nThe same steps under each option:\n";
    for (const auto& [name, expected] : lesson.expect) {
        const auto option = known.find(name);
        if (!option)
            return fail(option.error());
        const auto run = scenario::run(lesson, **option);
        if (!run)
            return fail(run.error());
        fmt::print(out, "  {:<12} {:<10} {} fault(s), {} deposited at most\n", name,
                   check::name((*run)->verdict()), (*run)->report.costs.faults,
                   (*run)->report.costs.depositedPeak);
        for (const scenario::Mismatch& mismatch : scenario::mismatches(**run)) {
            fmt::print(out, "    {}: expected {}, found {}\n", mismatch.what, mismatch.expected,
                       mismatch.found);
            status = ExitStatus::CheckFailed;
        }
    }
    return status;
}

/// Only what a learner finished is kept; a lesson that was printed is not.
Result<void> keep(const std::string& lesson, scenario::LessonScore score, scenario::Progress& progress) {
    progress.finish(lesson, score);
    const auto file = scenario::progressFile();
    return file ? progress.save(*file) : Result<void>();
}

Result<ExitStatus> play(const Lesson& lesson, scenario::Progress& progress, const option::Catalogue& known,
                        const Classroom& room) {
    const auto all = scenario::withOptionsOf(lesson.scenario, known);
    if (!all)
        return fail(all.error());
    const auto result = playLesson(lesson.scenario, lesson.name, *all, room);
    if (!result)
        return fail(result.error());
    if (result->end == LessonEnd::Left)
        return ExitStatus::Done;
    const auto status = printVerdicts(lesson.scenario, *all, room.out);
    if (status && result->end == LessonEnd::Finished) {
        fmt::print(room.out, "\n{} of {} right at once.\n", result->score.right, result->score.asked);
        if (auto kept = keep(lesson.name, result->score, progress); !kept)
            return fail(kept.error());
    }
    return status;
}

Result<ExitStatus> lesson(const LessonArguments& arguments, const Context& context) {
    const option::Catalogue known = option::Catalogue::shipped();
    const auto lessons = shippedLessons(known);
    if (!lessons)
        return fail(lessons.error());
    const auto file = scenario::progressFile();
    auto progress = file ? scenario::Progress::load(*file) : scenario::Progress();
    if (!progress)
        return fail(progress.error());
    if (arguments.number == 0) {
        list(*lessons, *progress, context.out);
        return ExitStatus::Done;
    }
    if (arguments.number > lessons->size())
        return fail({ErrorKind::OutOfRange,
                     {"lesson", 0, 0},
                     std::to_string(arguments.number),
                     fmt::format("a lesson from 1 to {}", lessons->size())});
    const Classroom room{context.out, arguments.batch ? nullptr : context.in,
                         arguments.ascii ? render::Charset::Ascii : render::Charset::Unicode};
    return play((*lessons)[arguments.number - 1], *progress, known, room);
}

} // namespace

void addLessonCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<LessonArguments>();
    CLI::App* command = program.add_subcommand("lesson", "The course: plays a lesson in the terminal");
    command->add_option("number", arguments->number, "Which lesson; without it the lessons and your progress")
        ->check(CLI::PositiveNumber);
    command->add_flag("--batch", arguments->batch, "Prints the whole lesson with its answers, asks nothing");
    command->add_flag("--ascii", arguments->ascii, "Pictures in 7-bit characters");
    command->callback([arguments, &context] {
        if (const auto status = lesson(*arguments, context))
            context.status = *status;
        else
            context.bad(status.error());
    });
}

} // namespace pfnscope::app
