// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/moment.h"

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <map>

namespace pfnscope::ui {

/// What a reader keeps of a scenario: pins at steps with a note each, kernel
/// functions to stop at, and entries to be watched. It belongs to the
/// script, not to a moment, and stays when the script is run again.
class Notebook : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Another script: nothing is kept yet.
    void clear();

    const std::map<std::size_t, QString>& pins() const { return pins_; }
    void pin(std::size_t step, const QString& note);
    void unpin(std::size_t step);
    bool isPinned(std::size_t step) const { return pins_.contains(step); }

    /// What was looked at last and is not kept: a step with the note that it would get. Nobody is told.
    struct Proposal {
        std::size_t step = 0;
        QString note;
        bool operator==(const Proposal&) const = default;
    };
    const QList<Proposal>& proposals() const { return proposals_; } ///< the latest first
    void propose(const Proposal& proposal);
    void keep(const Proposal& proposal);

    /// Parts of names of kernel functions at which a run stops.
    const QStringList& breakpoints() const { return breakpoints_; }
    void toggleBreakpoint(const QString& part);

    const QList<Selection>& watched() const { return watched_; }
    /// Adds the entry, or takes it away if it is watched already.
    void toggleWatch(const Selection& entry);

    /// "3\tnote" lines, for the settings; lines that say something else are left out when read.
    QString pinsAsText() const;
    void setPinsFromText(const QString& text);

Q_SIGNALS:
    void changed();

private:
    std::map<std::size_t, QString> pins_;
    QStringList breakpoints_;
    QList<Selection> watched_;
    QList<Proposal> proposals_;
};

} // namespace pfnscope::ui
