// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_column.h"
#include "gui/open_window.h"
#include "models/text.h"
#include "panels/bit_ruler.h"
#include "panels/script_pane.h"
#include "panels/table_pane.h"
#include "render/json.h"
#include "scenario/reader.h"
#include "scenario/runner.h"

#include <QAccessible>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

/// Every pane against the engine: a run of its own for the same scenario and option, and its JSON at the same
/// step.
namespace pfnscope::ui {
namespace {

struct AgainstTheEngine : test::OpenWindow {
    std::vector<std::unique_ptr<scenario::Run>> runs; ///< one a column
    AgainstTheEngine() {
        const option::Catalogue catalogue = option::Catalogue::shipped();
        const auto read = scenario::loadScenario(lesson.toStdString(), catalogue);
        EXPECT_TRUE(read);
        for (int i = 0; i < session().columnCount(); ++i) {
            auto run = scenario::run(*read, session().column(i).option);
            EXPECT_TRUE(run);
            runs.push_back(std::move(*run));
        }
    }
    /// Moves the window and the engine's runs to the end of a step.
    void moveTo(std::size_t step) {
        session().moveToStep(step);
        for (const auto& run : runs) {
            machine::Position end =
                run->machine.journal().call(run->machine.journal().operations().front()).last;
            for (const scenario::StepResult& result : run->results) {
                if (result.step <= step && result.journalOperation)
                    end = run->machine.journal()
                              .call(run->machine.journal().operations()[*result.journalOperation])
                              .last;
            }
            run->machine.moveTo(end);
        }
    }
    const Rows& rows(const char* name) {
        auto* pane = static_cast<TablePane*>(window.pane(QString::fromLatin1(name)));
        pane->asText();
        return pane->model().rows();
    }
    static QString cell(const Rows& rows, int row, int column) { return rows.cell(row, column).text; }
};

TEST_F(AgainstTheEngine, TheCanvasShowsTheBoxesAndRowsOfTheJson) {
    for (std::size_t step = 0; step < session().steps().size(); ++step) {
        moveTo(step);
        for (int column = 0; column < session().columnCount(); ++column) {
            const auto json = nlohmann::json::parse(render::renderJson(window.pictures().diagram(column)));
            QAccessibleInterface* tree =
                QAccessible::queryAccessibleInterface(&window.columns()[column]->canvas());
            ASSERT_TRUE(tree);
            const auto& boxes = json["diagram"]["boxes"];
            ASSERT_EQ(std::size_t(tree->childCount()), boxes.size()) << "step " << step;
            for (int b = 0; b < tree->childCount(); ++b) {
                QAccessibleInterface* box = tree->child(b);
                const auto& wanted = boxes[std::size_t(b)];
                EXPECT_EQ(box->text(QAccessible::Name).toStdString(), wanted["title"].get<std::string>());
                ASSERT_EQ(std::size_t(box->childCount()), wanted["rows"].size());
                for (int r = 0; r < box->childCount(); ++r) {
                    const auto& row = wanted["rows"][std::size_t(r)];
                    const QString name = box->child(r)->text(QAccessible::Name);
                    const std::string text = row["text"].get<std::string>();
                    const bool isGone = text.find_first_not_of(' ') == std::string::npos;
                    const QString wantedText = row["kind"] != "strip" ? qt(text)
                                               : isGone               ? QStringLiteral("the VMA is gone")
                                                                      : QStringLiteral(" of %1 ").arg(text.size());
                    EXPECT_TRUE(name.contains(wantedText)) << name.toStdString();
                    EXPECT_EQ(name.startsWith(QStringLiteral("new: ")), row["mark"] == "added") << name.toStdString();
                }
            }
        }
    }
}

TEST_F(AgainstTheEngine, TheTablesOfTheJsonAreThoseOfTheEnginesState) {
    for (std::size_t step = 0; step < session().steps().size(); ++step) {
        moveTo(step);
        for (int column = 0; column < session().columnCount(); ++column)
            EXPECT_EQ(session().column(column).state().tables,
                      runs[std::size_t(column)]->machine.state().tables)
                << "step " << step;
    }
}

TEST_F(AgainstTheEngine, EventsAreTheLinesOfTheTrace) {
    const machine::Journal& journal = runs[0]->machine.journal();
    const std::string trace = render::renderJsonLines(journal, {});
    const QStringList lines = qt(trace).split(u'\n', Qt::SkipEmptyParts).mid(1); // the first is the header
    const Rows& events = rows("pane.events");
    ASSERT_EQ(events.count, int(lines.size()));
    for (int row = 0; row < events.count; row += 7) {
        const auto json = nlohmann::json::parse(lines[row].toStdString());
        EXPECT_EQ(cell(events, row, 0), QString::number(json["position"].get<int>() + 1));
        EXPECT_EQ(cell(events, row, 2).toStdString(), json["function"].get<std::string>());
    }
}

TEST_F(AgainstTheEngine, TheScriptSaysWhatEachStepCameTo) {
    auto* script = static_cast<ScriptPane*>(window.pane(QStringLiteral("pane.script")));
    for (const scenario::StepResult& result : runs[0]->results) {
        moveTo(result.step);
        const QString text = script->narrationText();
        EXPECT_TRUE(text.contains(qt(scenario::outcomeText(result.operation, result.outcome))))
            << result.text << '\n'
            << text.toStdString();
        EXPECT_EQ(session().steps()[result.step].title, result.text);
    }
}

TEST_F(AgainstTheEngine, FindingsAndVerdictsAreTheReports) {
    const Rows& verdicts = rows("pane.verdicts");
    int findings = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const check::Report& report = runs[i]->report;
        EXPECT_EQ(cell(verdicts, int(i), 1), qt(check::name(report.verdict())));
        EXPECT_EQ(cell(verdicts, int(i), 2), QString::number(report.costs.depositedPeak));
        EXPECT_EQ(cell(verdicts, int(i), 4), QString::number(report.costs.faults));
        EXPECT_EQ(cell(verdicts, int(i), 6), QString::number(report.costs.entriesWritten));
        findings += int(report.findings.size() + scenario::mismatches(*runs[i]).size());
    }
    EXPECT_EQ(rows("pane.findings").count, findings);
}

TEST_F(AgainstTheEngine, TheLedgerNamesEachTableItsFunctionAndItsFate) {
    for (const std::size_t step : {1U, 2U, 9U, 11U}) {
        moveTo(step);
        const Rows& ledger = rows("pane.ledger");
        int row = 0;
        for (std::size_t i = 0; i < runs.size(); ++i) {
            for (const view::SpareTable& spare :
                 view::depositLedger(runs[i]->machine.journal(), runs[i]->machine.position())) {
                ASSERT_LT(row, ledger.count);
                EXPECT_TRUE(cell(ledger, row, 1).contains(qt(toText(spare.table))));
                EXPECT_EQ(cell(ledger, row, 5), qt(spare.depositedBy));
                EXPECT_EQ(cell(ledger, row, 2), qt(view::name(spare.fate)));
                ++row;
            }
        }
        EXPECT_EQ(row, ledger.count) << "step " << step;
    }
}

TEST_F(AgainstTheEngine, FramesAndTlbAreThoseOfTheState) {
    for (const std::size_t step : {1U, 6U, 8U}) {
        moveTo(step);
        const machine::State& state = runs[0]->machine.state();
        const Rows& frames = rows("pane.frames");
        int row = 0;
        for (const auto& [frame, table] : state.tables) {
            EXPECT_EQ(cell(frames, row, 0), qt(toHex(frame.raw())));
            EXPECT_TRUE(cell(frames, row, 2).startsWith(qt(hw::kernelName(table.level)).toUpper()));
            ++row;
        }
        const Rows& tlb = rows("pane.tlb");
        row = 0;
        for (const machine::Cpu& cpu : state.cpus) {
            cpu.tlb.forEachEntry([&](auto, auto, const hw::TlbEntry& entry) {
                ASSERT_LT(row, tlb.count);
                EXPECT_TRUE(cell(tlb, row, 2).contains(qt(toHex(entry.page.raw()))));
                EXPECT_TRUE(cell(tlb, row, 3).contains(qt(toHex(entry.to.raw()))));
                const std::string rights = fmt::format("{}r{}{}{}", entry.rights.user ? "u" : "s", entry.rights.writable ? "w" : "-",
                                                       entry.rights.executeDisable ? "-" : "x", entry.global ? " G" : "");
                EXPECT_EQ(cell(tlb, row, 5).toStdString(), rights);
                ++row;
            });
        }
        EXPECT_EQ(row, tlb.count) << "step " << step;
    }
}

TEST_F(AgainstTheEngine, TheInspectorHoldsTheWordAndItsWriters) {
    moveTo(2);
    ASSERT_TRUE(window.goTo(QStringLiteral("heap")));
    const Pfn frame = *session().selectedFrame(0);
    const unsigned index = session().selection()->index;
    const QString text = textOf("pane.inspector");
    EXPECT_TRUE(text.contains(groupedHex(runs[0]->machine.state().memory.read(frame, index))));
    const auto writers =
        view::writersOf(runs[0]->machine.journal(), frame, index, runs[0]->machine.position());
    ASSERT_FALSE(writers.empty());
    for (const view::WordWrite& write : writers)
        EXPECT_TRUE(text.contains(qt(write.function))) << write.function;
}

TEST_F(AgainstTheEngine, TheCallsAndTheTimelineAreOfTheSameMoment) {
    for (const std::size_t step : {1U, 2U, 9U}) {
        moveTo(step);
        const machine::Journal& journal = runs[0]->machine.journal();
        const QString calls = textOf("pane.calls");
        for (const view::CallLine& line : view::callTree(journal, runs[0]->machine.position()))
            EXPECT_TRUE(calls.contains(qt(line.text))) << line.text;
        const view::CostPoint cost = view::costAt(view::costSeries(journal), runs[0]->machine.position());
        EXPECT_TRUE(textOf("pane.timeline")
                        .contains(QStringLiteral("%1 deposited, %2 KiB, %3 faults")
                                      .arg(cost.deposited)
                                      .arg(cost.tableBytes / 1024)
                                      .arg(cost.faults)));
    }
}

TEST_F(AgainstTheEngine, DifferencesSayBothSides) {
    for (std::size_t step = 0; step < session().steps().size(); ++step) {
        moveTo(step);
        const auto wanted =
            view::differences(view::snapshotGraph(runs[0]->machine.state()),
                              view::snapshotGraph(runs[1]->machine.state()), view::Kinship::OtherHistory);
        const Rows& shown = rows("pane.differences");
        ASSERT_EQ(std::size_t(shown.count), wanted.size());
        for (std::size_t row = 0; row < wanted.size(); ++row) {
            EXPECT_EQ(cell(shown, int(row), 1), qt(wanted[row].what));
            EXPECT_EQ(cell(shown, int(row), 2), qt(wanted[row].before));
            EXPECT_EQ(cell(shown, int(row), 3), qt(wanted[row].after));
            EXPECT_EQ(cell(shown, int(row), 4), qt(wanted[row].consequence));
        }
    }
}

} // namespace
} // namespace pfnscope::ui
