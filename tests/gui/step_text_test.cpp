// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/completion.h"
#include "editor/operation_form.h"
#include "editor/step_text.h"

#include <QDirIterator>
#include <QFile>
#include <QLineEdit>

#include <gtest/gtest.h>

namespace pfnscope::ui {
namespace {

QString read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// Every file of the tree, however its steps are written: what the form gives back is what was there.
TEST(ScenarioForms, EveryStepOfEveryShippedFileIsReadAndWrittenAsItStands) {
    int steps = 0, blocks = 0;
    for (QDirIterator files(QStringLiteral(PFNSCOPE_SOURCE_DIR "/scenarios"), {QStringLiteral("*.yaml")},
                            QDir::Files, QDirIterator::Subdirectories);
         files.hasNext();) {
        const QString path = files.next(), text = read(path);
        for (int index = 0; stepAtOffset(text, int(text.size())).value_or(-1) >= index; ++index) {
            const auto step = stepTextAt(text, index);
            if (!step) {
                EXPECT_TRUE(text.contains(QStringLiteral("mark:")) ||
                            text.contains(QStringLiteral("overlap:")))
                    << path.toStdString() << " step " << index;
                continue;
            }
            OperationForm form;
            form.setStep(*step);
            const QString simple = QString(text).mid(step->begin, step->end - step->begin).simplified();
            const QString written = simple.endsWith(u':') ? simple + QStringLiteral(" {}") : simple;
            EXPECT_EQ(form.yaml().simplified(), written) << path.toStdString();
            ++steps;
            blocks += step->indent > 0 ? 1 : 0;
        }
    }
    EXPECT_GT(steps, 200);
    EXPECT_GT(blocks, 4);
}

const QString kBlock = QStringLiteral("steps:\n"
                                      "  - say: A step whose keys have lines of their own.\n"
                                      "    mmap:\n"
                                      "      name: bar\n"
                                      "      at: 0x40000000\n"
                                      "      remap:\n"
                                      "        - {offset: 0, size: 2M}\n"
                                      "        - {offset: 2M}\n"
                                      "      size: 4M\n"
                                      "    cpu: 1\n"
                                      "\n"
                                      "  - mark: here\n"
                                      "  - munmap: {at: bar,\n"
                                      "             size: 4K}\n"
                                      "expect: {}\n");

TEST(ScenarioForms, AStepOnLinesOfItsOwnStaysOneWhenItsFormIsEdited) {
    const auto step = stepTextAt(kBlock, 0);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->operation, QStringLiteral("mmap"));
    EXPECT_EQ(step->indent, 6);
    EXPECT_EQ(step->values.size(), 4);
    OperationForm form;
    form.setStep(*step);
    auto* remap = qobject_cast<QLineEdit*>(form.field(QStringLiteral("remap")));
    EXPECT_TRUE(remap->isReadOnly()) << "it has several lines";
    qobject_cast<QLineEdit*>(form.field(QStringLiteral("size")))->setText(QStringLiteral("6M"));
    const QString edited = kBlock.left(step->begin) + form.yaml() + kBlock.mid(step->end);
    EXPECT_EQ(edited, QString(kBlock).replace(QStringLiteral("size: 4M"), QStringLiteral("size: 6M")));
}

TEST(ScenarioForms, AMarkHasNoFormAndBracesMayCrossLines) {
    EXPECT_FALSE(stepTextAt(kBlock, 1));
    const auto last = stepTextAt(kBlock, 2);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->operation, QStringLiteral("munmap"));
    EXPECT_EQ(last->values.back(), std::pair(QStringLiteral("size"), QStringLiteral("4K")));
    EXPECT_FALSE(stepTextAt(kBlock, 3)) << "expect is no step";
}

TEST(ScenarioForms, WhatTheFormHasNoFieldForStaysInTheText) {
    const QString text = QStringLiteral("steps:\n  - touch: {at: bar, process: child, access: sideways}\n");
    OperationForm form;
    form.setStep(*stepTextAt(text, 0));
    EXPECT_EQ(form.yaml(), QStringLiteral("touch: {at: bar, process: child, access: sideways}"));
}

TEST(ScenarioForms, ANewStepHasAPlaceEvenWhereThereIsNone) {
    const QString empty = QStringLiteral("title: x\nsteps:\n");
    const auto first = placeBehindStep(empty, std::nullopt);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->at, empty.size());
    EXPECT_EQ(placeBehindStep(kBlock, 0)->at, kBlock.indexOf(QStringLiteral("\n  - mark")));
    EXPECT_FALSE(placeBehindStep(QStringLiteral("title: x\n"), std::nullopt));
}

TEST(Completion, OffersWhatTheFormatKnows) {
    EXPECT_TRUE(wordsFor(QStringLiteral("  - mu")).contains(QStringLiteral("munmap: ")));
    EXPECT_TRUE(wordsFor(QStringLiteral("  - munmap: {at: bar, s")).contains(QStringLiteral("size: ")));
    EXPECT_TRUE(
        wordsFor(QStringLiteral("  - mprotect: {at: bar, size: 4K, prot: r")).contains(QStringLiteral("rw")));
    EXPECT_TRUE(wordsFor(QStringLiteral("ste")).contains(QStringLiteral("steps: ")));
    EXPECT_TRUE(wordsFor(QStringLiteral("    sa")).contains(QStringLiteral("say: ")));
    EXPECT_TRUE(wordsFor(QStringLiteral("  - munmap: {at: ba")).isEmpty()) << "no map has a name yet";
}

TEST(Completion, KnowsTheNamesThatTheTextHasGiven) {
    const QString head =
        QStringLiteral("drivers:\n  vfio: {pfn: 0x200000}\n  kernfs:\n    pfn: 0x300000\nsteps:\n"
                       "  - mmap: {name: bar, at: 0x40000000, size: 2M, driver: ");
    EXPECT_EQ(wordsFor(head + QStringLiteral("k")),
              (QStringList{QStringLiteral("vfio"), QStringLiteral("kernfs")}));
    EXPECT_EQ(wordsFor(head + QStringLiteral("vfio}\n  - munmap: {at: b")),
              QStringList{QStringLiteral("bar")});
}

TEST(Completion, WorksWhereEachKeyHasALine) {
    EXPECT_TRUE(wordsFor(QStringLiteral("steps:\n  - mprotect:\n      at: bar\n      pr"))
                    .contains(QStringLiteral("prot: ")));
    EXPECT_TRUE(wordsFor(QStringLiteral("steps:\n  - mprotect:\n      at: bar\n      prot: r"))
                    .contains(QStringLiteral("rw")));
    EXPECT_TRUE(wordsFor(QStringLiteral("steps:\n  - munmap: {at: bar,\n             s"))
                    .contains(QStringLiteral("size: ")));
}

} // namespace
} // namespace pfnscope::ui
