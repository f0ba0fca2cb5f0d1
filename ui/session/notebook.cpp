// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/notebook.h"

#include <algorithm>

namespace pfnscope::ui {

namespace {
constexpr qsizetype kMostProposals = 3;
}

void Notebook::clear() {
    pins_.clear();
    breakpoints_.clear();
    watched_.clear();
    proposals_.clear();
    Q_EMIT changed();
}

void Notebook::toggleBreakpoint(const QString& part) {
    if (breakpoints_.removeAll(part) == 0)
        breakpoints_ << part;
    Q_EMIT changed();
}

void Notebook::pin(std::size_t step, const QString& note) {
    pins_[step] = note;
    Q_EMIT changed();
}

void Notebook::unpin(std::size_t step) {
    if (pins_.erase(step) > 0)
        Q_EMIT changed();
}

void Notebook::propose(const Proposal& proposal) {
    proposals_.removeAll(proposal);
    proposals_.prepend(proposal);
    proposals_.resize(std::min(proposals_.size(), kMostProposals));
}

void Notebook::keep(const Proposal& proposal) {
    proposals_.removeAll(proposal);
    QString& note = pins_[proposal.step];
    note = note.isEmpty() ? proposal.note : note + QStringLiteral("; ") + proposal.note;
    Q_EMIT changed();
}

void Notebook::toggleWatch(const Selection& entry) {
    if (!watched_.removeOne(entry))
        watched_ << entry;
    Q_EMIT changed();
}

QString Notebook::pinsAsText() const {
    QString text;
    for (const auto& [step, note] : pins_)
        text += QStringLiteral("%1\t%2\n").arg(step).arg(QString(note).replace(u'\n', u' '));
    return text;
}

void Notebook::setPinsFromText(const QString& text) {
    pins_.clear();
    for (const QString& line : text.split(u'\n', Qt::SkipEmptyParts)) {
        bool isNumber = false;
        const auto step = line.section(u'\t', 0, 0).toULongLong(&isNumber);
        if (isNumber)
            pins_[std::size_t(step)] = line.section(u'\t', 1);
    }
    Q_EMIT changed();
}

} // namespace pfnscope::ui
