// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/open_window.h"
#include "models/text.h"
#include "panels/bit_ruler.h"
#include "panels/table_pane.h"
#include "view/entry_words.h"

/// Each pane says what the engine says of the same step and option.
namespace pfnscope::ui {
namespace {

struct Panes : test::OpenWindow {
    const RowsModel& rows(const char* pane) {
        auto* table = static_cast<TablePane*>(window.pane(QString::fromLatin1(pane)));
        table->asText(); // brings a hidden pane up to date
        return table->model();
    }
};

TEST_F(Panes, TheScriptListsEveryStepAndMarksTheCurrentOne) {
    session().moveToStep(2);
    const QString text = textOf("pane.script");
    const auto& steps = session().steps();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool secret = steps[i].isTurn && i > 2; // what to do there is for the reader to find
        EXPECT_EQ(text.contains(qt(steps[i].title)), !secret) << steps[i].title;
    }
    EXPECT_TRUE(text.contains(QStringLiteral("> 3  ") + qt(session().steps()[2].title)));
}

TEST_F(Panes, TheCallTreeIsTheJournals) {
    for (const std::size_t step : {1U, 2U, 5U}) {
        session().moveToStep(step);
        const QString text = textOf("pane.calls");
        for (const view::CallLine& line : view::callTree(session().active().journal(), session().position(0)))
            EXPECT_TRUE(text.contains(qt(line.text))) << line.text;
    }
}

TEST_F(Panes, TheLedgerHasALineForEveryStayOfASpareTable) {
    for (std::size_t step = 0; step < session().steps().size(); ++step) {
        session().moveToStep(step);
        std::size_t expected = 0;
        for (int column = 0; column < session().columnCount(); ++column)
            expected +=
                view::depositLedger(session().column(column).journal(), session().position(column)).size();
        EXPECT_EQ(std::size_t(rows("pane.ledger").rowCount()), expected) << "step " << step;
    }
    EXPECT_GT(rows("pane.ledger").rowCount(), 0);
}

TEST_F(Panes, EventsAreTheDeltasOfTheActiveColumn) {
    EXPECT_EQ(std::size_t(rows("pane.events").rowCount()), session().active().journal().end());
    EXPECT_EQ(rows("pane.events").rows().current, int(session().position(0)) - 1);
}

TEST_F(Panes, FramesListEveryTableAndFolio) {
    for (const std::size_t step : {0U, 1U, 4U}) {
        session().moveToStep(step);
        const machine::State& state = session().active().state();
        EXPECT_EQ(std::size_t(rows("pane.frames").rowCount()), state.tables.size() + state.folios.size());
    }
}

TEST_F(Panes, TheTlbPaneHoldsWhatTheTlbsHold) {
    session().moveToStep(1);
    std::size_t entries = 0;
    for (const machine::Cpu& cpu : session().active().state().cpus)
        cpu.tlb.forEachEntry([&](auto, auto, const auto&) { ++entries; });
    EXPECT_EQ(std::size_t(rows("pane.tlb").rowCount()), entries);
}

TEST_F(Panes, DifferencesAreTheEngines) {
    for (std::size_t step = 0; step < session().steps().size(); ++step) {
        session().moveToStep(step);
        EXPECT_EQ(std::size_t(rows("pane.differences").rowCount()),
                  window.pictures().differences(0, 1).size());
    }
}

TEST_F(Panes, VerdictsAreThoseOfTheRuns) {
    const RowsModel& verdicts = rows("pane.verdicts");
    ASSERT_EQ(verdicts.rowCount(), 2);
    for (int column = 0; column < 2; ++column)
        EXPECT_EQ(verdicts.rows().cell(column, 1).text,
                  qt(check::name(session().column(column).report.verdict())));
}

TEST_F(Panes, ThePredicatesAnswerForTheSelectedEntry) {
    session().moveToStep(1);
    ASSERT_TRUE(window.goTo(QStringLiteral("heap")));
    const Rows& predicates = rows("pane.predicates").rows();
    bool found = false;
    for (int row = 0; row < predicates.count; ++row) {
        if (predicates.cell(row, 0).text != QStringLiteral("split.deposited"))
            continue;
        found = true; // an anonymous leaf: every option takes its deposit at a split
        EXPECT_TRUE(predicates.cell(row, 1).text.startsWith(QStringLiteral("yes")));
    }
    EXPECT_TRUE(found);
}

TEST_F(Panes, TheInspectorShowsTheWordAndItsFields) {
    session().moveToStep(1);
    ASSERT_TRUE(window.goTo(QStringLiteral("heap")));
    const Word word =
        session().active().state().memory.read(*session().selectedFrame(0), session().selection()->index);
    ASSERT_NE(word, 0U);
    const QString text = textOf("pane.inspector");
    EXPECT_TRUE(text.contains(groupedHex(word))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("PS")));
    session().moveToBegin();
    EXPECT_FALSE(textOf("pane.inspector").contains(groupedHex(word)));
}

TEST_F(Panes, TheTimelineCountsWhatTheJournalCounts) {
    session().moveToStep(1);
    const view::CostPoint now = view::costAt(window.pictures().costs(0), session().position(0));
    EXPECT_TRUE(textOf("pane.timeline").contains(QStringLiteral("%1 deposited").arg(now.deposited)));
    EXPECT_TRUE(textOf("pane.timeline").contains(QStringLiteral("step 2/")));
}

TEST_F(Panes, TheInspectorCutsTheAddressAsTheGeometryDoes) {
    session().moveToStep(1);
    const VirtAddr at(0x40001000);
    ASSERT_TRUE(window.goTo(QStringLiteral("0x40001000")));
    const hw::Geometry geometry = session().active().state().geometry();
    const QString text = textOf("pane.inspector");
    for (const hw::Level level : {hw::Level::Pgd, hw::Level::Pud, hw::Level::Pmd})
        EXPECT_TRUE(text.contains(
            QStringLiteral("%1&nbsp;%2").arg(qt(view::upperName(level))).arg(geometry.index(at, level))))
            << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("In the TLB of CPU 0")));
    EXPECT_TRUE(text.contains(QStringLiteral("RAM")));
}

TEST_F(Panes, APageOfATlbLeadsToItsEntry) {
    session().moveToStep(1);
    const Rows& tlb = rows("pane.tlb").rows();
    ASSERT_GT(tlb.count, 0);
    const Target target = tlb.target(0);
    ASSERT_TRUE(target.selection);
    const auto frame = session().frameOf(0, *target.selection);
    ASSERT_TRUE(frame);
    const Word word = session().active().state().memory.read(*frame, target.selection->index);
    EXPECT_NE(word, 0U);
    EXPECT_TRUE(tlb.cell(0, 3).text.contains(qt(toHex(word & 0xffffffffe00000ULL))))
        << tlb.cell(0, 3).text.toStdString();
}

TEST_F(Panes, TheNotebookOffersWhatWasLookedAtAndAClickKeepsIt) {
    session().moveToStep(1);
    ASSERT_TRUE(window.goTo(QStringLiteral("heap")));
    const Rows offered = rows("pane.notebook").rows();
    ASSERT_GE(offered.count, 1);
    ASSERT_TRUE(offered.target(0).act);
    offered.target(0).act();
    EXPECT_TRUE(window.notebook().isPinned(1));
    EXPECT_EQ(rows("pane.notebook").rows().cell(0, 0).text, QStringLiteral("pin"));
}

TEST(KernelStepTexts, FunctionsOfTheCallTreeAreExplained) {
    const KernelSteps steps = KernelSteps::load();
    for (const char* function : {"zap_huge_pmd", "__split_huge_pmd_locked", "pgtable_trans_huge_deposit",
                                 "remap_pfn_range", "copy_huge_pmd"}) {
        const KernelStep* step = steps.find(function);
        ASSERT_TRUE(step) << function;
        EXPECT_TRUE(step->file.endsWith(QStringLiteral(".c"))) << function;
        EXPECT_FALSE(step->text.isEmpty()) << function;
    }
}

} // namespace
} // namespace pfnscope::ui
