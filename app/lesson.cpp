// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lesson.h"

#include "base/numbers.h"
#include "base/wrap.h"
#include "render/run_slides.h"
#include "scenario/reader.h"
#include "scenario/runner.h"
#include "scenario/writer.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <istream>
#include <ostream>

namespace pfnscope::app {
namespace {

constexpr std::size_t kColumns = 72;

void printWrapped(std::ostream& out, std::string_view text) {
    for (const std::string& line : wrapText(text, kColumns))
        out << line << '\n';
}

enum class Wait : std::uint8_t { GoOn, Leave };

class Player {
public:
    Player(const scenario::Scenario& lesson, std::string name, const option::Option& option,
           const option::Catalogue& known, const Classroom& room)
        : lesson_(lesson), name_(std::move(name)), option_(option), known_(known), room_(room), in_(room.in) {
    }

    Result<LessonResult> play() {
        auto run = scenario::run(lesson_, option_);
        if (!run)
            return fail(run.error());
        room_.out << lesson_.title << '\n' << std::string(lesson_.title.size(), '=') << "\n\n";
        printWrapped(room_.out, lesson_.about);
        if (pause() == Wait::Leave)
            return LessonResult{LessonEnd::Left, score_};
        for (std::size_t step = 0; step < lesson_.steps.size(); ++step) {
            auto went = playStep(**run, step);
            if (!went)
                return fail(went.error());
            if (*went == Wait::Leave)
                return LessonResult{LessonEnd::Left, score_};
        }
        return LessonResult{answered_ ? LessonEnd::Finished : LessonEnd::Printed, score_};
    }

private:
    Result<Wait> playStep(scenario::Run& run, std::size_t step) {
        const scenario::Step& each = lesson_.steps[step];
        const auto results = run.resultsOf(step);
        const bool turn = each.ask && isTurn(*each.ask);
        const std::string what = turn ? "What now?" : results.empty() ? each.mark : saying(results);
        room_.out << '\n';
        printWrapped(room_.out, fmt::format("[{}/{}] {}", step + 1, lesson_.steps.size(), what));
        if (each.ask)
            if (const auto asked = ask(run, step); !asked || *asked == Wait::Leave)
                return asked;
        if (turn && !results.empty())
            printWrapped(room_.out, saying(results));
        show(run, results, step);
        printWrapped(room_.out, each.say);
        return pause();
    }

    using Results = std::span<const scenario::StepResult>;

    std::string saying(Results results) const {
        if (results.size() > 1)
            return scenario::operationsText(results);
        const scenario::StepResult& result = results.front();
        const std::string who =
            result.processName == scenario::kFirstProcessName ? "" : result.processName + ": ";
        return who + result.text;
    }

    /// What a step did; a named moment did nothing, and is shown as it stands.
    void show(scenario::Run& run, Results results, std::size_t step) {
        if (!results.empty())
            fmt::print(room_.out, "-> {}\n{}", scenario::answersText(results),
                       scenario::listingOf(run, step));
        view::Diagram picture = render::pictureOf({run, name_, PFNSCOPE_VERSION}, step + 1);
        picture.caption.clear(); // said after the picture
        picture.stamp.stepText.clear();
        room_.out << '\n' << render::renderText(picture, room_.charset) << '\n';
        if (!results.empty())
            for (std::size_t i = findingsBefore(run, results.front()); i < results.back().findings; ++i)
                printWrapped(room_.out, "! " + std::string(check::name(run.report.findings[i].kind)) + ": " +
                                            run.report.findings[i].text);
    }

    static std::size_t findingsBefore(const scenario::Run& run, const scenario::StepResult& result) {
        const auto index = static_cast<std::size_t>(&result - run.results.data());
        return index == 0 ? 0 : run.results[index - 1].findings;
    }

    /// Puts a question, as often as it takes to hear the right answer.
    Result<Wait> ask(const scenario::Run& run, std::size_t step) {
        const scenario::Question& question = *run.scenario.steps[step].ask;
        room_.out << '\n';
        printWrapped(room_.out, question.question);
        for (std::size_t i = 0; i < question.answers.size(); ++i)
            fmt::print(room_.out, "  {}) {}\n", i + 1, question.answers[i]);
        ++score_.asked;
        for (bool first = true;; first = false) {
            const auto answer = hear(question.answers.size());
            if (!answer) {
                if (left_)
                    return Wait::Leave;
                answered_ = false;
                fmt::print(room_.out, "Answer: {}\n", question.right + 1);
                return Wait::GoOn;
            }
            if (*answer == question.right) {
                score_.right += first ? 1 : 0;
                room_.out << "Right.\n";
                return Wait::GoOn;
            }
            if (auto tried = wrong(question, step, *answer); !tried)
                return fail(tried.error());
        }
    }

    /// A wrong step is carried out all the same, on a machine of its own: that teaches more than a no.
    Result<void> wrong(const scenario::Question& question, std::size_t step, std::size_t answer) {
        if (!isTurn(question)) {
            room_.out << "No. Try again.\n";
            return {};
        }
        auto scene = attempt(lesson_, step, question.answers[answer], known_);
        if (!scene)
            return fail(scene.error());
        auto run = scenario::run(*scene, option_);
        if (!run)
            return fail(run.error());
        room_.out << "\nThis is what it does:\n";
        printWrapped(room_.out, question.answers[answer]);
        show(**run, (*run)->resultsOf(step), step);
        room_.out << "Not what was asked for. It is taken back; try again.\n";
        return {};
    }

    /// The index of the answer given; empty: nobody answers, or the learner left (left_).
    std::optional<std::size_t> hear(std::size_t answers) {
        while (in_) {
            fmt::print(room_.out, "Your answer (1 to {}, q to leave): ", answers);
            room_.out.flush();
            const auto line = readLine();
            if (!line)
                return std::nullopt;
            const auto number = parseNumber(*line);
            if (number && *number >= 1 && *number <= answers)
                return static_cast<std::size_t>(*number - 1);
        }
        return std::nullopt;
    }

    Wait pause() {
        if (!in_)
            return Wait::GoOn;
        room_.out << "(Enter goes on, q leaves) ";
        room_.out.flush();
        readLine();
        return left_ ? Wait::Leave : Wait::GoOn;
    }

    /// Empty at the end of input, which ends the asking, and when the learner leaves.
    std::optional<std::string> readLine() {
        std::string line;
        if (!std::getline(*in_, line)) {
            room_.out << '\n';
            in_ = nullptr;
            return std::nullopt;
        }
        if (line == "q") {
            left_ = true;
            return std::nullopt;
        }
        return line;
    }

    const scenario::Scenario& lesson_;
    std::string name_;
    const option::Option& option_;
    const option::Catalogue& known_;
    Classroom room_;
    std::istream* in_;
    scenario::LessonScore score_;
    bool left_ = false;
    bool answered_ = true; ///< every question so far
};

} // namespace

Result<scenario::Scenario> attempt(const scenario::Scenario& lesson, std::size_t step,
                                   std::string_view answer, const option::Catalogue& known) {
    scenario::Scenario start = lesson;
    start.steps.resize(step);
    start.expect.clear();
    start.options.clear(); // `known` has them
    start.teardown = false;
    // The writer ends with the list of steps, so one more can be put behind them as text.
    return scenario::readScenario(scenario::toYaml(start) + fmt::format("  - {}\n", answer), "answer", known);
}

Result<LessonResult> playLesson(const scenario::Scenario& lesson, const std::string& name,
                                const option::Catalogue& known, const Classroom& room) {
    const auto option = known.find(scenario::lessonOption(lesson));
    if (!option)
        return fail(option.error());
    return Player(lesson, name, **option, known, room).play();
}

} // namespace pfnscope::app
