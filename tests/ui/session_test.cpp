// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/lock_step.h"
#include "session/notebook.h"
#include "session/pictures.h"
#include "session/session_model.h"
#include "ui/hand_made_run.h"

#include <QSignalSpy>

#include <gtest/gtest.h>

namespace pfnscope::ui {
namespace {

using machine::StepDepth;

struct Session : testing::Test {
    SessionModel session;
    Pictures pictures{session};
    Session() {
        session.setRun(test::handMadeRun());
        pictures.reset();
    }
    std::vector<machine::Position> positions() const {
        std::vector<machine::Position> all;
        for (int i = 0; i < session.columnCount(); ++i)
            all.push_back(session.position(i));
        return all;
    }
};

TEST_F(Session, OpensAtTheEndOfTheFirstStep) {
    EXPECT_EQ(session.step(), 0U);
    EXPECT_TRUE(session.atEndOfStep());
}

TEST_F(Session, AnOperationMovesEveryColumnToItsEnd) {
    EXPECT_TRUE(session.stride(StepDepth::Operation, Direction::Forward));
    EXPECT_EQ(session.step(), 1U);
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(session.position(i), session.endOfStep(i, 1));
    EXPECT_NE(session.position(0), session.position(1)); // only one of them deposits
}

TEST_F(Session, AStepThatChangesNothingIsAStepAllTheSame) {
    session.moveToEnd();
    EXPECT_EQ(session.step(), 3U);
    EXPECT_EQ(session.position(0), session.endOfStep(0, 2));
    EXPECT_TRUE(session.stride(StepDepth::Operation, Direction::Back));
    EXPECT_EQ(session.step(), 2U);
}

TEST_F(Session, EveryDepthGoesThereAndBackThroughTheSameMoments) {
    for (const StepDepth depth : {StepDepth::Operation, StepDepth::Function, StepDepth::Write}) {
        session.moveToBegin();
        std::vector<std::vector<machine::Position>> way{positions()};
        while (session.stride(depth, Direction::Forward))
            way.push_back(positions());
        EXPECT_GT(way.size(), 4U);
        for (std::size_t i = way.size() - 1; i-- > 0;) {
            if (depth != StepDepth::Operation && way[i] == way[i + 1])
                continue; // a step without a write has no place of its own at the finer depths
            session.stride(depth, Direction::Back);
            EXPECT_EQ(positions(), way[i]) << "depth " << int(depth) << ", moment " << i;
        }
    }
}

TEST_F(Session, ColumnsStayInTheSameStepWhileOneDoesMore) {
    session.moveToBegin();
    while (session.stride(StepDepth::Write, Direction::Forward)) {
        const auto step = session.step();
        ASSERT_TRUE(step);
        EXPECT_LE(session.position(1), session.endOfStep(1, step));
        EXPECT_GE(session.position(1), *step == 0 ? 0 : session.endOfStep(1, *step - 1));
    }
    EXPECT_EQ(session.position(1), session.column(1).journal().end());
}

TEST_F(Session, ASelectionMeansTheSameEntryInEveryColumn) {
    session.moveToStep(1);
    const machine::State& state = session.column(0).state();
    Pfn pmd;
    for (const auto& [frame, table] : state.tables) {
        if (table.level == hw::Level::Pmd)
            pmd = frame;
    }
    session.select(session.selectionOf(0, pmd, 0));
    ASSERT_TRUE(session.selectedFrame(0));
    ASSERT_TRUE(session.selectedFrame(1));
    EXPECT_EQ(session.column(0).state().memory.read(*session.selectedFrame(0), 0),
              session.column(1).state().memory.read(*session.selectedFrame(1), 0));
    session.moveToBegin();
    EXPECT_FALSE(session.selectedFrame(0)); // the table is not there yet
}

TEST_F(Session, SaysWhenTimeMovesAndWhenTheSelectionDoes) {
    QSignalSpy time(&session, &SessionModel::timeChanged), selection(&session, &SessionModel::selectionChanged);
    session.moveToEnd();
    EXPECT_EQ(time.count(), 1);
    session.select(Selection{});
    session.select(Selection{});
    EXPECT_EQ(selection.count(), 1);
}

TEST_F(Session, TheSameScriptAgainKeepsItsStep) {
    session.moveToStep(2);
    session.setRun(test::handMadeRun());
    EXPECT_EQ(session.step(), 2U);
}

TEST_F(Session, DivergenceIsWhereTheTablesPartWays) {
    EXPECT_EQ(pictures.firstDivergence(), 1U);
    EXPECT_EQ(pictures.divergentSteps(), (std::vector<bool>{false, true, true, true}));
}

TEST_F(Session, LookingAtAnotherMomentLeavesTimeAlone) {
    session.moveToStep(2);
    const auto now = positions();
    const auto tables = session.at(0, 0, [](const machine::State& state) { return state.tables.size(); });
    EXPECT_EQ(tables, 0U);
    EXPECT_EQ(positions(), now);
}

TEST(LockStep, EqualHistoriesStandAtEqualPositions) {
    const Column one = test::handMadeColumn("a", test::Fate::Refilled), other = test::handMadeColumn("b", test::Fate::Refilled);
    for (machine::Position at = 1; at <= one.journal().end(); ++at) {
        const auto operation = operationAt(one.journal(), at);
        ASSERT_TRUE(operation);
        EXPECT_EQ(lockStep(one.journal(), *operation, at, other.journal(), *operation), at);
    }
}

TEST(LockStep, NeverLeavesTheOperation) {
    const Column one = test::handMadeColumn("a", test::Fate::Refilled), other = test::handMadeColumn("b", test::Fate::Dropped);
    for (machine::Position at = 1; at <= one.journal().end(); ++at) {
        const auto operation = *operationAt(one.journal(), at);
        const machine::Call& there = other.journal().call(other.journal().operations()[operation]);
        const machine::Position answer = lockStep(one.journal(), operation, at, other.journal(), operation);
        EXPECT_GE(answer, there.first);
        EXPECT_LE(answer, there.last);
    }
}

TEST_F(Session, MarksSayHowAColumnDiffersFromTheFirstWhereThatIsAsked) {
    session.moveToStep(1);
    const auto marks = [&](int column) {
        std::size_t count = 0;
        for (const view::Box& box : pictures.diagram(column).boxes)
            count += box.kind == view::BoxKind::Deposit && box.mark == view::Mark::Removed ? 1 : 0;
        return count;
    };
    EXPECT_EQ(marks(1), 0U);
    pictures.setMarks(MarksAgainst::FirstColumn);
    EXPECT_EQ(marks(1), 1U); // the deposit that only the first column made
    EXPECT_EQ(marks(0), 0U);
}

TEST(Notebook, ProposesWhatWasLookedAtAndKeepsItWhenAsked) {
    Notebook notebook;
    notebook.propose({2, QStringLiteral("an entry")});
    notebook.propose({3, QStringLiteral("another")});
    notebook.propose({2, QStringLiteral("an entry")}); // once more: it is the latest, and there once
    ASSERT_EQ(notebook.proposals().size(), 2);
    EXPECT_EQ(notebook.proposals()[0].step, 2U);
    EXPECT_TRUE(notebook.pins().empty());
    notebook.keep(Notebook::Proposal(notebook.proposals()[0]));
    EXPECT_EQ(notebook.pins().at(2), QStringLiteral("an entry"));
    EXPECT_EQ(notebook.proposals().size(), 1);
}

} // namespace
} // namespace pfnscope::ui
