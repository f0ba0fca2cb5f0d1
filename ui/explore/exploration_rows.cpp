// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/exploration_rows.h"

#include "models/text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace pfnscope::ui {
namespace {

constexpr int kKinds = int(check::FindingKind::Oom) + 1;

QString tr(const char* text) {
    return QCoreApplication::translate("Exploration", text);
}

QString number(double value) {
    return QLocale(QLocale::English).toString(value, 'f', 0);
}

const explore::Counterexample* exampleOf(const explore::Exploration& exploration, check::FindingKind kind) {
    const auto found = std::ranges::find(exploration.counterexamples, kind, &explore::Counterexample::kind);
    return found == exploration.counterexamples.end() ? nullptr : &*found;
}

QString reach(const explore::SearchOutcome& search) {
    const QString all = tr("all %1 states up to depth %2").arg(number(search.states)).arg(search.depth);
    switch (search.end) {
    case explore::SearchEnd::Exhausted:
        return tr("all %1 states there are").arg(number(search.states));
    case explore::SearchEnd::DepthReached:
        return all;
    case explore::SearchEnd::MemoryReached:
        return tr("memory limit: depth %1 is done, %2 states").arg(search.depth).arg(number(search.states));
    case explore::SearchEnd::Cancelled:
    case explore::SearchEnd::RankLost: // the window is one process and has no ranks
        return tr("cancelled: depth %1 is done, %2 states").arg(search.depth).arg(number(search.states));
    }
    return {};
}

Cell cellOf(const explore::Exploration& exploration, check::FindingKind kind) {
    if (const explore::Counterexample* example = exampleOf(exploration, kind))
        return {QString::number(example->letters.size()), view::Role::Fault};
    return {tr("none to %1").arg(exploration.search.depth)};
}

} // namespace

Rows matrixRows(const Explorations& results) {
    QStringList headers{tr("option")};
    for (int kind = 0; kind < kKinds; ++kind)
        headers << qt(check::name(check::FindingKind(kind)));
    headers << tr("searched");
    QList<QList<Cell>> cells;
    for (const auto& result : results) {
        QList<Cell> row;
        row << Cell{qt(result->exploration.option)};
        for (int kind = 0; kind < kKinds; ++kind)
            row << cellOf(result->exploration, check::FindingKind(kind));
        row << Cell{reach(result->exploration.search)};
        cells << row;
    }
    return Rows::of(std::move(headers), std::move(cells));
}

bool isShown(const Explorations& results, int column) {
    for (int row = 0; row < int(results.size()); ++row) {
        if (counterexampleAt(results, row, column) != nullptr)
            return true;
    }
    return false;
}

QString summary(const Explorations& results) {
    if (results.empty())
        return {};
    QStringList reaches, without;
    for (const auto& result : results)
        reaches << tr("%1: %2").arg(qt(result->exploration.option), reach(result->exploration.search));
    for (int kind = 0; kind < kKinds; ++kind) {
        if (!isShown(results, kind + 1))
            without << qt(check::name(check::FindingKind(kind)));
    }
    QString text = tr("Searched: %1.").arg(reaches.join(QStringLiteral("; ")));
    if (!without.isEmpty())
        text += tr(" Not found under any of them: %1.").arg(without.join(QStringLiteral(", ")));
    return text;
}

const explore::Counterexample* counterexampleAt(const Explorations& results, int row, int column) {
    if (row < 0 || row >= int(results.size()) || column < 1 || column > kKinds)
        return nullptr;
    return exampleOf(results[std::size_t(row)]->exploration, check::FindingKind(column - 1));
}

QString describe(const explore::Counterexample& example) {
    QStringList lines;
    for (const explore::Letter& letter : example.letters)
        lines << QStringLiteral("%1. %2").arg(lines.size() + 1).arg(qt(toText(letter)));
    QStringList functions;
    for (const std::string& function : example.functions)
        functions << qt(function);
    lines << QString() << qt(example.finding.text)
          << tr("through %1").arg(functions.join(QStringLiteral(", ")));
    return lines.join(u'\n');
}

QString describe(const explore::SearchProgress& progress) {
    return tr("depth %1, %2 states, %3 states/s, %4 MiB")
        .arg(progress.depth)
        .arg(number(progress.states), number(progress.statesPerSecond),
             number(double(progress.memory.raw() >> 20)));
}

} // namespace pfnscope::ui
