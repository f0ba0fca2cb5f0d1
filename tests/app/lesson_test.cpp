// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/data_paths.h"
#include "app/lesson.h"
#include "base/wrap.h"
#include "run_pfnscope.h"
#include "scenario/reader.h"
#include "scenario/runner.h"
#include "support/temporary_config.h"

#include <gmock/gmock.h>

#include <optional>
#include <sstream>

using namespace pfnscope;
using namespace pfnscope::app;
using pfnscope::test::Answer;
using pfnscope::test::runPfnscope;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

/// `input`: what the learner types; empty: nobody is there.
Answer pfnscopeLesson(std::vector<std::string> arguments, std::optional<std::string> input = std::nullopt) {
    arguments.insert(arguments.begin(), "lesson");
    return runPfnscope(arguments, std::move(input));
}

std::vector<std::filesystem::path> lessonFiles() {
    return yamlFilesBelow(*scenarioFolder() / "lessons");
}

scenario::Scenario load(const std::filesystem::path& file) {
    auto scenario = scenario::loadScenario(file.string(), option::Catalogue::shipped());
    EXPECT_TRUE(scenario) << (scenario ? "" : toText(scenario.error()));
    return std::move(*scenario);
}

TEST(Lessons, AreTwelveAndEachNarratesAsksAndLetsTheLearnerAct) {
    const auto files = lessonFiles();
    ASSERT_EQ(files.size(), 12U);
    for (const auto& file : files) {
        const scenario::Scenario lesson = load(file);
        unsigned said = 0;
        unsigned asked = 0;
        unsigned turns = 0;
        for (const scenario::Step& step : lesson.steps) {
            said += step.say.empty() ? 0 : 1;
            asked += step.ask ? 1 : 0;
            turns += step.ask && isTurn(*step.ask) ? 1 : 0;
        }
        EXPECT_GE(said, lesson.steps.size() / 2) << file;
        EXPECT_GE(asked, 2U) << file;
        EXPECT_EQ(turns, 1U) << file;
        EXPECT_FALSE(scenario::lessonOption(lesson).empty()) << file;
    }
}

TEST(Lessons, TheRightAnswerOfATurnIsTheStepAndEveryOtherCanBeTried) {
    const option::Catalogue known = option::Catalogue::shipped();
    for (const auto& file : lessonFiles()) {
        const scenario::Scenario lesson = load(file);
        for (std::size_t i = 0; i < lesson.steps.size(); ++i) {
            const auto& ask = lesson.steps[i].ask;
            if (!ask || !isTurn(*ask))
                continue;
            for (std::size_t k = 0; k < ask->answers.size(); ++k) {
                const auto tried = attempt(lesson, i, ask->answers[k], known);
                ASSERT_TRUE(tried) << file << ": " << toText(tried.error());
                ASSERT_EQ(tried->steps.size(), i + 1);
                EXPECT_EQ(tried->steps[i].operation == lesson.steps[i].operation, k == ask->right)
                    << file << ": " << ask->answers[k];
                const auto option = known.find(scenario::lessonOption(lesson));
                ASSERT_TRUE(option);
                EXPECT_TRUE(scenario::run(*tried, **option)) << file << ": " << ask->answers[k];
            }
        }
    }
}

TEST(LessonCommand, PrintsEveryLessonWhole) {
    const test::TemporaryConfig config;
    const auto files = lessonFiles();
    for (std::size_t i = 0; i < files.size(); ++i) {
        const scenario::Scenario lesson = load(files[i]);
        const Answer answer = pfnscopeLesson({std::to_string(i + 1), "--batch", "--ascii"}, "ignored\n");
        EXPECT_EQ(answer.status, ExitStatus::Done) << answer.err << answer.out;
        EXPECT_THAT(answer.out, HasSubstr(lesson.title));
        EXPECT_THAT(answer.out, HasSubstr("Answer: "));
        EXPECT_THAT(answer.out, Not(HasSubstr("Your answer")));
        std::istringstream lines(answer.out);
        for (std::string line; std::getline(lines, line);)
            EXPECT_LE(cellsOf(line), 72U) << line;
    }
    EXPECT_FALSE(std::filesystem::exists(*scenario::progressFile())) << "printing is not learning";
}

/// Enter after every step, the right answer to every question.
std::string model(const scenario::Scenario& lesson) {
    std::string typed = "\n";
    for (const scenario::Step& step : lesson.steps)
        typed += (step.ask ? std::to_string(step.ask->right + 1) + "\n" : "") + "\n";
    return typed;
}

TEST(LessonCommand, KeepsWhatWasFinished) {
    const test::TemporaryConfig config;
    const scenario::Scenario first = load(lessonFiles().front());
    EXPECT_THAT(pfnscopeLesson({}).out, Not(HasSubstr("finished")));
    const Answer played = pfnscopeLesson({"1"}, model(first));
    EXPECT_EQ(played.status, ExitStatus::Done) << played.err;
    EXPECT_THAT(played.out, HasSubstr("3 of 3 right at once."));
    EXPECT_THAT(pfnscopeLesson({}).out, HasSubstr("finished, 3 of 3 right at once"));
}

TEST(LessonCommand, CarriesAWrongTurnOutAndTakesItBack) {
    const test::TemporaryConfig config;
    const scenario::Scenario first = load(lessonFiles().front());
    std::string typed = model(first);
    const std::size_t turn = typed.rfind("2\n");
    ASSERT_NE(turn, std::string::npos);
    typed.insert(turn, "9\nnonsense\n1\n"); // no answers at all, then a wrong one, then the right one
    const Answer played = pfnscopeLesson({"1"}, typed);
    EXPECT_EQ(played.status, ExitStatus::Done) << played.err;
    EXPECT_THAT(played.out, HasSubstr("This is what it does:\ntouch: {at: heap + 8K, access: write}"));
    EXPECT_THAT(played.out, HasSubstr("2 of 3 right at once."));
}

TEST(LessonCommand, MayBeLeftAtAnyTime) {
    const test::TemporaryConfig config;
    const Answer left = pfnscopeLesson({"1"}, "\n\nq\n");
    EXPECT_EQ(left.status, ExitStatus::Done) << left.err;
    EXPECT_THAT(left.out, Not(HasSubstr("right at once")));
    EXPECT_THAT(pfnscopeLesson({}).out, Not(HasSubstr("finished")));
}

TEST(LessonCommand, IsNotFinishedWhenTheInputEnds) {
    const test::TemporaryConfig config;
    const Answer cut = pfnscopeLesson({"1"}, "\n\n1\n");
    EXPECT_EQ(cut.status, ExitStatus::Done) << cut.err;
    EXPECT_THAT(cut.out, HasSubstr("[6/6]"));
    EXPECT_THAT(pfnscopeLesson({}).out, Not(HasSubstr("finished")));
}

TEST(LessonCommand, RefusesALessonThatIsNotThere) {
    const test::TemporaryConfig config;
    EXPECT_EQ(pfnscopeLesson({"13"}).status, ExitStatus::BadInput);
    EXPECT_EQ(pfnscopeLesson({"0"}).status, ExitStatus::BadInput);
    EXPECT_EQ(pfnscopeLesson({"walk"}).status, ExitStatus::BadInput);
}

} // namespace
